import { WorkspacesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WorkspaceApp, type WorkspaceAppOptions } from '../accounts/workspace-app.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';

const body = (text: string) => [{ type: 'BODY', text }];
const template = (name: string, rest: object = {}) => ({ name, language: 'es', components: body('Hola'), ...rest });
const namesOf = async ({ templates, here }: WorkspaceApp, which: object = {}) =>
  (await templates.list({ ...here, ...which })).map(({ name, language }) => `${name} ${language}`);

/** An id that Meta writes as a number is kept as its digits. */
const withTextIds = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, part: unknown) => (key === 'flow_id' ? String(part) : part));

describeEachDatabase('TemplatesService.sync()', (kind) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  const start = (given: WorkspaceAppOptions = {}) => WorkspaceApp.start({ database, ...given });

  it('stores every template as Meta describes it', async () => {
    await using scene = await start({ meta: { sample: true } });
    await scene.templates.sync(scene.here);
    const stored = await scene.templates.list(scene.here);
    expect(stored).toHaveLength(Object.keys(sampleTemplates).length);
    for (const { id: _id, parameter_format, ...sample } of Object.values(sampleTemplates)) {
      const { name, language, category, components } = sample;
      const atMeta = scene.meta.account.template(name, language);
      expect(stored.find((one) => one.name === name)).toMatchObject({
        templateId: atMeta?.id,
        language,
        status: 'APPROVED',
        category,
        parameterFormat: parameter_format,
        components: withTextIds(components),
      });
    }
  });

  it('follows all pages, and stores characters of every alphabet', async () => {
    const templates = Array.from({ length: 230 }, (_, index) =>
      template(`t_${String(index).padStart(3, '0')}`, { components: body(`Número ${index} 🎉 “您好” \u0007 \\`) }),
    );
    await using scene = await start({ meta: { accounts: [{ templates, templateLimit: 500, phoneNumbers: [{}] }] } });
    await scene.templates.sync(scene.here);
    expect(await namesOf(scene)).toEqual(templates.map(({ name }) => `${name} es`));
    expect(scene.listings('message_templates')).toBe(3);
    const [, , , , , , , last] = await scene.templates.list(scene.here);
    expect(last?.components).toEqual(templates[7]?.components);
  });

  it('lists by category, language and a part of the name, as it is written, and finds one by its row id', async () => {
    const templates = [
      template('order_sent', { category: 'UTILITY' }),
      template('orderXsent', { category: 'UTILITY' }),
      template('order_sent', { category: 'UTILITY', language: 'en_US' }),
      template('offer', { category: 'MARKETING' }),
    ];
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}], templates }] } });
    await scene.templates.sync(scene.here);
    expect(await namesOf(scene, { search: ' R_S' })).toEqual(['order_sent en_US', 'order_sent es']);
    expect(await namesOf(scene, { search: 'o', category: 'UTILITY', language: 'en_US' })).toEqual(['order_sent en_US']);
    const [first] = await scene.templates.list({ ...scene.here, category: 'MARKETING' });
    expect(await scene.templates.getById(first?.id ?? 0, scene.here)).toEqual(first);
    const { name: elsewhere } = await scene.app.get(WorkspacesService).ensure('elsewhere');
    const missing = { code: 'TEMPLATE_NOT_FOUND' };
    await expect(scene.templates.getById(first?.id ?? 0, { workspace: elsewhere })).rejects.toMatchObject(missing);
    await expect(scene.templates.getById(Number.NaN, scene.here)).rejects.toMatchObject(missing);
  });

  it('notices what has changed at Meta', async () => {
    await using scene = await start({
      meta: { accounts: [{ phoneNumbers: [{}], templates: [template('offer', { category: 'UTILITY' })] }] },
    });
    await scene.templates.sync(scene.here);
    const [before] = await scene.templates.list(scene.here);
    const [atMeta] = scene.meta.account.templates;
    if (!atMeta) throw new Error('There should be a template.');
    atMeta.status = 'PAUSED';
    atMeta.category = 'MARKETING';
    atMeta.qualityScore = 'RED';
    atMeta.rejectedReason = 'PROMOTIONAL';
    atMeta.components = body('Hola de nuevo');
    await scene.templates.sync(scene.here);
    const [after, ...more] = await scene.templates.list(scene.here);
    expect(more).toEqual([]);
    expect(after).toMatchObject({
      id: before?.id,
      createdAt: before?.createdAt,
      status: 'PAUSED',
      category: 'MARKETING',
      qualityScore: 'RED',
      rejectedReason: 'PROMOTIONAL',
      components: body('Hola de nuevo'),
    });
  });

  it('takes a template that is gone at Meta for deleted, until there is one of its name again', async () => {
    const templates = [template('stays'), template('goes'), template('goes', { language: 'en_US' })];
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}], templates }] } });
    await scene.templates.sync(scene.here);
    const gone = scene.meta.account.template('goes', 'es');
    if (!gone) throw new Error('There should be a template.');
    scene.meta.account.removeTemplate(gone);
    await scene.templates.sync(scene.here);

    expect(await namesOf(scene)).toEqual(['goes en_US', 'stays es']);
    expect(await namesOf(scene, { status: 'DELETED' })).toEqual(['goes es']);
    const find = () => scene.templates.get({ ...scene.here, name: 'goes', language: 'es' });
    await expect(find()).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
      message: 'There is no template "goes" in language "es"; there is one in en_US.',
    });

    const again = scene.meta.account.addTemplate(template('goes', { components: body('Otra vez') }));
    await scene.templates.sync(scene.here);
    expect(await find()).toMatchObject({ templateId: again.id, status: 'APPROVED', components: body('Otra vez') });
    expect(await namesOf(scene, { status: 'DELETED' })).toEqual([]);
  });

  it('fetches several accounts, and reports their templates apart', async () => {
    const accounts = ['uno', 'dos'].map((text) => ({
      phoneNumbers: [{}],
      templates: [template('same_name', { components: body(text) }), template(`only_${text}`)],
    }));
    await using scene = await start({ meta: { accounts } });
    await scene.templates.sync(scene.here);
    expect(await namesOf(scene)).toEqual(['only_dos es', 'only_uno es', 'same_name es', 'same_name es']);

    const [, second] = scene.meta.accounts;
    const businessAccountId = String(second?.id);
    expect(await namesOf(scene, { businessAccountId })).toEqual(['only_dos es', 'same_name es']);
    const name = { ...scene.here, name: 'same_name', language: 'es' };
    expect(await scene.templates.get(name)).toMatchObject({ components: body('uno') });
    expect(await scene.templates.get({ ...name, businessAccountId })).toMatchObject({ components: body('dos') });

    second?.addTemplate(template('late'));
    scene.meta.clear();
    await scene.templates.sync({ ...scene.here, businessAccountId });
    expect(scene.meta.requests.map(({ path }) => path)).toEqual([`/v25.0/${businessAccountId}/message_templates`]);
    expect(await namesOf(scene, { businessAccountId })).toEqual(['late es', 'only_dos es', 'same_name es']);
  });

  it('lists by status, and nothing of other workspaces', async () => {
    const templates = ['APPROVED', 'PENDING', 'REJECTED'].map((status) =>
      template(`is_${status.toLowerCase()}`, { status }),
    );
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}], templates }] } });
    await scene.templates.sync(scene.here);
    expect(await namesOf(scene, { status: 'PENDING' })).toEqual(['is_pending es']);
    expect(await namesOf(scene)).toEqual(['is_approved es', 'is_pending es', 'is_rejected es']);

    const { name } = await scene.app.get(WorkspacesService).ensure(`${scene.workspace}-empty`);
    expect(await scene.templates.list({ workspace: name })).toEqual([]);
    await expect(
      scene.templates.list({ workspace: name, businessAccountId: scene.meta.account.id }),
    ).rejects.toMatchObject({ code: 'BUSINESS_ACCOUNT_NOT_FOUND' });
  });

  it('takes words and fields that Meta has thought of since', async () => {
    const components = [
      { type: 'HOLOGRAM', format: 'TRI_D', depth: { metres: 3 } },
      { type: 'BODY', text: 'Hola {{1}}', sentiment: 'WARM' },
      { type: 'BUTTONS', buttons: [{ type: 'TELEPORT', text: 'Beam me up', target: { planet: 'Mars' } }] },
    ];
    await using scene = await start({
      meta: {
        accounts: [
          {
            phoneNumbers: [{}],
            templates: [
              template('from_the_future', {
                status: 'SOMETHING_NEW',
                category: 'A_NEW_CATEGORY',
                parameter_format: 'BY_MAGIC',
                quality_score: { score: 'ULTRAVIOLET' },
                rejected_reason: 'BAD_MOON_RISING',
                components,
              }),
            ],
          },
        ],
      },
    });
    await scene.templates.sync(scene.here);
    const [stored] = await scene.templates.list(scene.here);
    expect(stored).toMatchObject({
      status: 'SOMETHING_NEW',
      category: 'A_NEW_CATEGORY',
      parameterFormat: 'POSITIONAL',
      qualityScore: 'ULTRAVIOLET',
      rejectedReason: 'BAD_MOON_RISING',
      components,
    });
    await expect(
      scene.messages.sendTemplate({
        ...scene.here,
        template: 'from_the_future',
        language: 'es',
        to: '+5491112345678',
        variables: { '1': 'Ana' },
      }),
    ).rejects.toMatchObject({ code: 'TEMPLATE_NOT_APPROVED', message: expect.stringContaining('SOMETHING_NEW') });

    const [atMeta] = scene.meta.account.templates;
    if (atMeta) atMeta.status = 'APPROVED';
    await scene.templates.sync(scene.here);
    const approved = await scene.templates.get({ ...scene.here, name: 'from_the_future', language: 'es' });
    expect(scene.templates.variablesOf(approved)).toMatchObject([{ name: '1', component: 'BODY' }]);
    expect(scene.templates.resolve(approved, { variables: { '1': 'Ana' } })).toEqual([
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
    ]);
  });

  it('keeps all that is known when a page is not answered', async () => {
    const templates = Array.from({ length: 120 }, (_, index) => template(`t_${index}`));
    await using scene = await start({ meta: { accounts: [{ templates, phoneNumbers: [{}] }] } });
    await scene.templates.sync(scene.here);
    const before = await scene.templates.list(scene.here);
    scene.meta.faults.next(
      { kind: 'error', code: 80008 },
      { path: '/message_templates', where: ({ query }) => query['after'] !== undefined },
    );
    await expect(scene.templates.sync(scene.here)).rejects.toMatchObject({ metaCode: 80008 });
    expect(await scene.templates.list(scene.here)).toEqual(before);
  });

  it('finds a template by its exact name', async () => {
    await using scene = await start({
      meta: { accounts: [{ phoneNumbers: [{}], templates: [template('welcome'), template('welcome_2')] }] },
    });
    await scene.templates.sync(scene.here);
    const find = (name: string, language: string) => scene.templates.get({ ...scene.here, name, language });
    expect(await find('welcome', 'es')).toMatchObject({ name: 'welcome' });
    for (const [name, language] of [
      ['Welcome', 'es'],
      ['welcome ', 'es'],
      ['welcomé', 'es'],
      ['welcome', 'ES'],
      ['welcome_', 'es'],
      ['welcome%', 'es'],
    ] as const) {
      await expect(find(name, language), `${name} ${language}`).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    }
  });
});
