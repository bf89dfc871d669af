import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import type { TemplateDraft, TemplateEdit } from '../../lib/templates/drafts/template-draft.js';
import { WorkspaceApp } from '../accounts/workspace-app.js';

const draft: TemplateDraft = {
  name: 'order_sent',
  language: 'es',
  category: 'UTILITY',
  parameterFormat: 'NAMED',
  messageSendTtlSeconds: 600,
  components: [
    {
      type: 'BODY',
      text: 'Hola {{name}}, tu pedido ya salió.',
      example: { body_text_named_params: [{ param_name: 'name', example: 'Ana' }] },
    },
    {
      type: 'BUTTONS',
      buttons: [
        {
          type: 'URL',
          text: 'Seguir',
          url: 'https://shop.example.com/{{1}}',
          example: ['https://shop.example.com/7'],
        },
      ],
    },
  ],
};
const oneTimeCode: TemplateDraft = {
  name: 'my_code',
  language: 'es',
  category: 'AUTHENTICATION',
  components: [
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 5 },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copiar' }] },
  ],
};

let scene: WorkspaceApp;

beforeEach(async () => {
  scene = await WorkspaceApp.start({ meta: { sample: true } });
  await scene.accounts.sync(scene.here);
  scene.meta.clear();
});
afterEach(() => scene[Symbol.asyncDispose]());

const create = (more: Partial<TemplateDraft> = {}) => scene.templates.create({ ...draft, ...more }, scene.here);
const get = (name = draft.name, language = draft.language) => scene.templates.get({ ...scene.here, name, language });
const thrownBy = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('should have been refused'),
    (error: unknown) => error,
  );
const remove = (name: string, language: string) => scene.templates.delete({ ...scene.here, name, language });
const changes = () => scene.meta.requests.filter(({ method }) => method !== 'GET');

describe('TemplatesService.create()', () => {
  it('creates at Meta what the draft says, and stores it as pending', async () => {
    const created = await create();
    expect(changes().map(({ path, body }) => [path, body])).toEqual([
      [
        `/v25.0/${scene.meta.account.id}/message_templates`,
        {
          name: 'order_sent',
          language: 'es',
          category: 'UTILITY',
          parameter_format: 'NAMED',
          message_send_ttl_seconds: 600,
          components: draft.components,
        },
      ],
    ]);
    const atMeta = scene.meta.account.template('order_sent', 'es');
    expect(created).toMatchObject({
      templateId: atMeta?.id,
      name: 'order_sent',
      language: 'es',
      status: 'PENDING',
      category: 'UTILITY',
      parameterFormat: 'NAMED',
      components: draft.components,
    });
    expect(await get()).toMatchObject({ id: created.id, status: 'PENDING' });
  });

  it('can be sent as soon as Meta has approved it', async () => {
    await create();
    const atMeta = scene.meta.account.template('order_sent', 'es');
    if (atMeta) atMeta.status = 'APPROVED';
    const message = { ...scene.here, template: 'order_sent', language: 'es', to: '+5491112345678' };
    const values = { variables: { name: 'Ana' }, buttonVariables: { button_0: '7' } };
    expect(await scene.messages.sendTemplate({ ...message, ...values })).toMatchObject({ status: 'sent' });
  });

  it("stores Meta's category where that differs, for it sets the price", async () => {
    const body = JSON.stringify({ id: '7788', status: 'APPROVED', category: 'MARKETING' });
    scene.meta.faults.next({ kind: 'status', status: 200, body }, { method: 'POST', path: '/message_templates' });
    expect(await create()).toMatchObject({ templateId: '7788', status: 'APPROVED', category: 'MARKETING' });
    expect(await get()).toMatchObject({ templateId: '7788', category: 'MARKETING' });
  });

  it('names everything that is wrong at once, before Meta is asked', async () => {
    const error = await thrownBy(
      create({
        name: 'Order Sent',
        language: 'spanish',
        category: 'SPAM',
        messageSendTtlSeconds: 5,
        components: [
          { type: 'HEADER', format: 'IMAGE' },
          { type: 'BODY', text: '{{name}} and {{1}}' },
          { type: 'FOOTER', text: 'x'.repeat(61) },
          { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Go', url: 'ftp://x' }] },
        ],
      }),
    );
    if (!(error instanceof ValidationError)) throw error;
    expect(error.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'name',
        'language',
        'category',
        'components[0].example.header_handle',
        'components[1].text',
        'components[2].text',
        'components[3].buttons[0].url',
      ]),
    );
    expect(scene.meta.requests).toEqual([]);
    expect(await scene.templates.list(scene.here)).toEqual([]);
  });

  it.each([
    [
      'the name is taken',
      2388024,
      /name and language/,
      () => scene.meta.account.addTemplate({ ...draft, components: [] }),
    ],
    ['the account is full', 2388019, /as many templates/, () => (scene.meta.account.templateLimit = 1)],
    [
      'the name rests after a deletion',
      2388023,
      /./,
      () => scene.meta.account.deletedNames.set(draft.name, Date.now()),
    ],
  ])("passes on Meta's refusal when %s, with its subcode and what it means", async (_, subcode, meaning, prepare) => {
    prepare();
    const error = await thrownBy(create());
    if (!(error instanceof MetaApiError)) throw error;
    expect(error).toMatchObject({ code: 'META_ERROR', metaCode: 100, subcode, isTransient: false });
    expect(error.userTitle).toMatch(/^Message template|^Content/);
    expect(error.meaning).toMatch(meaning);
    expect(await scene.templates.list({ ...scene.here, status: 'PENDING' })).toEqual([]);
  });

  it('stores nothing when no one knows what became of it, and finds it later', async () => {
    scene.meta.faults.next({ kind: 'reset', when: 'after-accepting' }, { path: '/message_templates', method: 'POST' });
    await expect(create()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await scene.templates.list(scene.here)).toEqual([]);
    expect(await get()).toMatchObject({ status: 'PENDING', name: 'order_sent' });
  });

  it('creates an authentication template, whose text and button Meta writes', async () => {
    const created = await create(oneTimeCode);
    const codeAlone = [{ name: '1', component: 'BODY', kind: 'ONE_TIME_CODE' }];
    expect(scene.templates.variablesOf(created)).toMatchObject(codeAlone);
    await scene.templates.sync(scene.here);
    const listed = await get('my_code');
    expect(listed.components).not.toEqual(oneTimeCode.components);
    expect(scene.templates.variablesOf(listed)).toMatchObject(codeAlone);
  });

  it('creates in the account that is named', async () => {
    await using other = await WorkspaceApp.start({ meta: { accounts: [{ phoneNumbers: [{}] }, {}] } });
    const [first, second] = other.meta.accounts;
    await other.templates.create(draft, { ...other.here, businessAccountId: second?.id });
    expect([first, second].map((account) => account?.templates.length)).toEqual([0, 1]);
  });
});

describe('TemplatesService.edit()', () => {
  const { name, language } = sampleTemplates.named;
  const sample = () => scene.meta.account.template(name, language);
  const edit = (changed: TemplateEdit, which: { name: string; language: string } = { name, language }) =>
    scene.templates.edit({ ...scene.here, name: which.name, language: which.language }, changed);
  const [header, body, footer] = sampleTemplates.named.components;
  const shorter = [header, body];

  it('replaces the components at Meta, which reviews them again', async () => {
    const edited = await edit({ components: shorter });
    expect(sample()?.components).toEqual(shorter);
    expect(edited).toMatchObject({ name, status: 'PENDING', components: shorter });
    expect(changes().map(({ path, body: sent }) => [path, sent])).toEqual([
      [`/v25.0/${sample()?.id}`, { components: shorter }],
    ]);
  });

  it('changes the category of a rejected template', async () => {
    const atMeta = sample();
    if (atMeta) atMeta.status = 'REJECTED';
    expect(await edit({ category: 'UTILITY', components: [...shorter, footer] })).toMatchObject({
      category: 'UTILITY',
      status: 'PENDING',
    });
  });

  it('takes a field that is undefined for one that is not there', async () => {
    const edited = await edit({ components: shorter, category: undefined, messageSendTtlSeconds: undefined });
    expect(edited).toMatchObject({ category: 'MARKETING', components: shorter });
  });

  it.each([
    ['of an authentication template, as Meta lists it', sampleTemplates.oneTimeCode, 300],
    ['of a template with a file in its header', sampleTemplates.documentHeader, 3_600],
    ['of a carousel', sampleTemplates.carousel, 86_400],
    ['of a limited-time offer', sampleTemplates.limitedTimeOffer, 86_400],
  ])('changes the time to live %s', async (_, which, messageSendTtlSeconds) => {
    await edit({ messageSendTtlSeconds }, which);
    expect(scene.meta.account.template(which.name, which.language)).toMatchObject({
      timeToLive: messageSendTtlSeconds,
      status: 'APPROVED',
      components: which.components,
    });
  });

  it('names everything that is wrong at once, before anything is changed', async () => {
    const error = await thrownBy(edit({ components: [{ type: 'FOOTER', text: 'Only {{1}}' }] }));
    if (!(error instanceof ValidationError)) throw error;
    expect(error.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['components', 'components[0].text']),
    );
    expect(changes()).toEqual([]);
  });

  it("passes on Meta's refusal of a second edit on the same day", async () => {
    const atMeta = sample();
    await edit({ components: shorter });
    if (atMeta) atMeta.status = 'APPROVED';
    const error = await thrownBy(edit({ components: [...shorter, footer] }));
    if (!(error instanceof MetaApiError)) throw error;
    expect(error).toMatchObject({ metaCode: 100, subcode: 2388039, meaning: expect.stringMatching(/template/i) });
    expect(sample()?.components).toEqual(shorter);
  });

  it('knows no template that Meta does not know', async () => {
    await expect(edit({ components: shorter }, { name: 'nowhere', language })).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
    });
    expect(changes()).toEqual([]);
  });
});

describe('TemplatesService.delete()', () => {
  it('deletes one language of a template at Meta and keeps the others', async () => {
    for (const language of ['es', 'en_US']) {
      scene.meta.account.addTemplate({ name: 'bye', language, components: [{ type: 'BODY', text: 'Bye' }] });
    }
    const id = scene.meta.account.template('bye', 'es')?.id;
    await remove('bye', 'es');
    expect(changes().map(({ method, path, query }) => [method, path, query])).toEqual([
      ['DELETE', `/v25.0/${scene.meta.account.id}/message_templates`, { name: 'bye', hsm_id: id }],
    ]);
    expect(scene.meta.account.templates.flatMap(({ name, language }) => (name === 'bye' ? language : []))).toEqual([
      'en_US',
    ]);
    await expect(get('bye', 'es')).rejects.toThrow('there is one in en_US');
    expect(await get('bye', 'en_US')).toMatchObject({ status: 'APPROVED' });
    const listed = await scene.templates.list(scene.here);
    expect(listed.flatMap(({ name, language }) => (name === 'bye' ? language : []))).toEqual(['en_US']);
  });

  it('is no longer sent', async () => {
    const { name, language } = sampleTemplates.plain;
    await remove(name, language);
    await expect(
      scene.messages.sendTemplate({ ...scene.here, template: name, language, to: '+5491112345678' }),
    ).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    expect(scene.meta.requestsTo('/messages')).toEqual([]);
  });

  it("keeps the template when Meta refuses to delete it, and passes on Meta's word", async () => {
    const { name, language } = sampleTemplates.plain;
    const atMeta = scene.meta.account.template(name, language);
    if (atMeta) atMeta.status = 'DISABLED';
    await expect(remove(name, language)).rejects.toMatchObject({ name: 'MetaApiError', subcode: 2388039 });
    expect(await get(name, language)).toMatchObject({ status: 'DISABLED' });
  });

  it('knows no template that Meta does not know', async () => {
    await expect(remove('nowhere', 'es')).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    expect(changes()).toEqual([]);
  });
});
