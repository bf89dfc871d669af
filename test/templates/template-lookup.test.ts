import { afterEach, describe, expect, it, vi } from 'vitest';
import { pretendLater } from '../accounts/pretend-later.js';
import { WorkspaceApp } from '../accounts/workspace-app.js';

const template = (name: string, rest: object = {}) => ({
  name,
  language: 'es',
  components: [{ type: 'BODY', text: 'Hola' }],
  ...rest,
});
const start = (...templates: ReturnType<typeof template>[]) =>
  WorkspaceApp.start({ meta: { accounts: [{ phoneNumbers: [{}], templates }] } });
/** Knows the numbers, so that nothing but templates is asked for. */
const startSynced = async (...templates: ReturnType<typeof template>[]) => {
  const scene = await start(...templates);
  await scene.accounts.sync(scene.here);
  return scene;
};
const get = ({ templates, here }: WorkspaceApp, name = 'welcome', language = 'es') =>
  templates.get({ ...here, name, language });
const send = ({ messages, here }: WorkspaceApp, name = 'welcome') =>
  messages.sendTemplate({ ...here, template: name, language: 'es', to: '+5491112345678' });

describe('TemplatesService.get()', () => {
  afterEach(() => vi.restoreAllMocks());

  it('asks Meta once, by name, for a template that is not known, however many ask at the same time', async () => {
    await using scene = await startSynced(template('welcome'), template('other'));
    const found = await Promise.all(Array.from({ length: 20 }, () => get(scene)));
    expect(new Set(found.map(({ templateId }) => templateId)).size).toBe(1);
    const listings = scene.meta.requestsTo('/message_templates');
    expect(listings.map(({ query }) => query['name'])).toEqual(['welcome']);
    expect(await scene.templates.list(scene.here)).toMatchObject([{ name: 'welcome' }]);
  });

  it('needs nothing but a configured account', async () => {
    await using scene = await start(template('welcome'));
    expect(await get(scene)).toMatchObject({ name: 'welcome', status: 'APPROVED' });
    expect(await send(scene)).toMatchObject({ status: 'sent' });
  });

  it('asks Meta nothing for a template that was approved', async () => {
    await using scene = await startSynced(template('welcome'));
    await scene.templates.sync(scene.here);
    scene.meta.clear();
    await get(scene);
    await send(scene);
    expect(scene.meta.requests.map(({ path }) => path)).toEqual([expect.stringMatching(/\/messages$/)]);
  });

  it('remembers for a minute that Meta does not know a template either', async () => {
    await using scene = await startSynced();
    const misses = await Promise.allSettled([...Array.from({ length: 19 }, () => get(scene)), send(scene)]);
    const reason = expect.objectContaining({ name: 'NotFoundError', code: 'TEMPLATE_NOT_FOUND' });
    expect(misses).toEqual(misses.map(() => ({ status: 'rejected', reason })));
    expect(scene.listings('message_templates')).toBe(1);

    scene.meta.account.addTemplate(template('welcome'));
    pretendLater(59_000);
    await expect(get(scene)).rejects.toThrow('There is no template "welcome".');
    expect(scene.listings('message_templates')).toBe(1);

    pretendLater(61_000);
    // The cache looks at the clock once in a millisecond.
    expect(await vi.waitFor(() => get(scene))).toMatchObject({ name: 'welcome' });
    expect(scene.listings('message_templates')).toBe(2);
  });

  it('asks whether another template was meant, of those that were not deleted', async () => {
    await using scene = await startSynced(template('welcome'), template('welcomes'));
    await scene.templates.sync(scene.here);
    await scene.templates.delete({ ...scene.here, name: 'welcome', language: 'es' });
    await expect(get(scene, 'welcom')).rejects.toThrow('There is no template "welcom". Did you mean "welcomes"?');
  });

  it('looks a name up although another was missed just now', async () => {
    await using scene = await startSynced(template('welcome'));
    await expect(get(scene, 'welcom')).rejects.toThrow('There is no template "welcom".');
    expect(await get(scene)).toMatchObject({ name: 'welcome' });
  });

  it('does not remember a lookup that failed', async () => {
    await using scene = await startSynced(template('welcome'));
    scene.meta.faults.next({ kind: 'error', code: 80008 }, { path: '/message_templates' });
    await expect(get(scene)).rejects.toMatchObject({ metaCode: 80008 });
    await scene.meta.down();
    await expect(get(scene)).rejects.toMatchObject({ code: 'META_UNREACHABLE' });
    await scene.meta.up();
    expect(await get(scene)).toMatchObject({ name: 'welcome' });
  });

  it('names the languages that there are when another is asked for', async () => {
    await using scene = await startSynced(
      template('welcome', { language: 'en_US' }),
      template('welcome', { language: 'pt_BR' }),
    );
    await expect(get(scene)).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
      message: expect.stringMatching(/"welcome" in language "es"; there is one in (en_US, pt_BR|pt_BR, en_US)\.$/),
    });
    expect(await get(scene, 'welcome', 'pt-BR')).toMatchObject({ language: 'pt_BR' });
    expect(scene.listings('message_templates')).toBe(1);
  });

  it('notices by itself that a pending template was approved', async () => {
    await using scene = await startSynced(template('welcome', { status: 'PENDING' }));
    await scene.templates.sync(scene.here);
    const [atMeta] = scene.meta.account.templates;
    if (!atMeta) throw new Error('There should be a template.');
    atMeta.status = 'APPROVED';
    expect(await send(scene)).toMatchObject({ status: 'sent' });
  });

  it('asks for the state of a pending template once a minute', async () => {
    await using scene = await startSynced(template('welcome', { status: 'PENDING' }));
    expect(await get(scene)).toMatchObject({ status: 'PENDING' });
    const [atMeta] = scene.meta.account.templates;
    if (!atMeta) throw new Error('There should be a template.');
    atMeta.status = 'APPROVED';
    await expect(send(scene)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_APPROVED' });
    expect(scene.listings('message_templates')).toBe(1);

    pretendLater(61_000);
    expect(await vi.waitFor(() => send(scene))).toMatchObject({ status: 'sent' });
    expect(await get(scene)).toMatchObject({ status: 'APPROVED' });
    expect(scene.listings('message_templates')).toBe(2);
  });

  it('answers with what was last known when Meta is down', async () => {
    await using scene = await startSynced(template('welcome'), template('later', { status: 'PENDING' }));
    await scene.templates.sync(scene.here);
    await scene.meta.down();
    expect(await get(scene)).toMatchObject({ status: 'APPROVED' });
    expect(await get(scene, 'later')).toMatchObject({ status: 'PENDING' });
    await expect(get(scene, 'never_seen')).rejects.toMatchObject({ code: 'META_UNREACHABLE' });
    await scene.meta.up();
  });

  it('answers 404 for a deleted template when Meta is down, too', async () => {
    await using scene = await startSynced(template('welcome'));
    await scene.templates.delete({ ...scene.here, name: 'welcome', language: 'es' });
    await scene.meta.down();
    await expect(get(scene)).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    await scene.meta.up();
  });

  it('knows no accounts of other workspaces', async () => {
    await using scene = await startSynced(template('welcome'));
    const elsewhere = { businessAccountId: scene.meta.account.id, name: 'welcome', language: 'es' };
    await expect(scene.templates.get(elsewhere)).rejects.toMatchObject({ code: 'BUSINESS_ACCOUNT_NOT_FOUND' });
  });
});
