import {
  ApiKeysService,
  ConsoleLinksService,
  ConversationsService,
  TemplatesService,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildConsole } from '../support/built-console.js';
import { oneAdapter } from '../support/test-app.js';
import { ConsoleApp } from './console-app.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Headers = Readonly<Record<string, string>>;

const formOf = (bytes: BlobPart, name: string, fields: Readonly<Record<string, string>> = {}) => {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([bytes]), name);
  return form;
};

const bearerOf = ({ path }: { readonly path: string }): Headers => ({
  'x-whatsapp-console-link': path.split('#')[1] ?? '',
});

describe.each(oneAdapter)('The inbox of the console on $adapter', ({ adapter }) => {
  let app: ConsoleApp;
  let conversations: ConversationsService;
  let own: Headers;
  let people = 0;

  beforeAll(async () => {
    await buildConsole();
    app = await ConsoleApp.start({ adapter });
    conversations = app.app.get(ConversationsService);
    await app.app.get(TemplatesService).sync();
    own = { 'x-api-key': await app.newKey() };
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const request = async (
    method: string,
    path: string,
    given: { body?: object; form?: FormData; headers?: Headers } = {},
  ) => {
    const { body, form, headers = own } = given;
    const response = await app.app.fetch(`/whatsapp/console/api/${path}`, {
      method,
      headers: { ...headers, 'x-whatsapp-console': '1', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      ...(form && { body: form }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const get = (path: string, headers: Headers = own) => request('GET', path, { headers });

  /** Someone who wrote just now. */
  async function wrote(text = 'Hello', profileName = 'Ana'): Promise<{ id: number; phone: string; wamid: string }> {
    const phone = `549115550${1_000 + (people += 1)}`;
    app.meta.phoneNumber.receive({ type: 'text', from: phone, profileName, text: { body: text } });
    const found = await vi.waitFor(async () => {
      const [conversation] = (await conversations.list({ search: phone })).items;
      if (!conversation?.lastInboundWamid) throw new Error('Not there yet.');
      return conversation;
    });
    return { id: found.id, phone, wamid: found.lastInboundWamid ?? '' };
  }

  it('lists conversations by name, label, assignee and what is unread, page by page', async () => {
    const [first, second] = [await wrote('one', 'Zoë'), await wrote('two', 'Zoë')];
    const { body: changed } = await request('PATCH', `conversations/${first.id}`, {
      body: { label: 'VIP', assigned_to: 'Bea' },
    });
    expect(changed).toMatchObject({
      label: 'VIP',
      assigned_to: 'Bea',
      contact: { profile_name: 'Zoë', other_identities: [] },
    });
    await request('POST', `conversations/${first.id}/read`);
    const ids = async (query: string) =>
      (await get(`conversations?${query}`)).body.conversations.map(
        (item: { conversation_id: number }) => item.conversation_id,
      );
    expect(await ids('q=zoe%CC%88')).toEqual([]);
    expect(await ids('q=Zo%C3%AB')).toEqual([second.id, first.id]);
    expect(await ids('q=Zo%C3%AB&unread=true')).toEqual([second.id]);
    expect(await ids('label=VIP&assigned_to=Bea')).toEqual([first.id]);
    expect(await ids('q=Zo%C3%AB&unassigned=true')).toEqual([second.id]);
    const { body: page } = await get('conversations?q=Zo%C3%AB&limit=1');
    expect((await get(`conversations?q=Zo%C3%AB&cursor=${page.next_cursor}`)).body).toMatchObject({
      conversations: [{ conversation_id: first.id }],
      next_cursor: null,
    });
    expect((await get('conversations?limit=0&unread=1&status=x')).body).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { limit: [expect.any(String)], unread: [expect.any(String)], status: [expect.any(String)] },
    });
  });

  it('sends a text once for a click that is repeated, with what it replies to', async () => {
    const { id, phone, wamid } = await wrote();
    const click = () =>
      request('POST', `conversations/${id}/text`, {
        body: { text: '*Hi*', reply_to: wamid },
        headers: { ...own, 'idempotency-key': 'click-1' },
      });
    const [once, again] = [await click(), await click()];
    expect([once.status, once.body]).toMatchObject([
      201,
      { text: '*Hi*', context_wamid: wamid, direction: 'outbound' },
    ]);
    expect([again.body.id, app.meta.sendsTo(phone)]).toEqual([once.body.id, 1]);
    const { body } = await get(`conversations/${id}/messages`);
    expect(body.messages).toMatchObject([{ text: '*Hi*' }, { text: 'Hello', status: 'received' }]);
    const empty = await request('POST', `conversations/${id}/text`, { body: { text: '' } });
    expect([empty.status, empty.body.details]).toEqual([400, { text: [expect.any(String)] }]);
  });

  it('sends reactions, and templates with their values', async () => {
    const { id, wamid } = await wrote();
    const reaction = await request('POST', `conversations/${id}/reaction`, { body: { wamid, emoji: '👍' } });
    expect([reaction.status, reaction.body.content]).toEqual([201, { message_id: wamid, emoji: '👍' }]);
    const { templates } = (await get(`conversations/${id}/templates`)).body;
    const { name, language } = sampleTemplates.named;
    const template = templates.find((one: { name: string }) => one.name === name);
    expect(template).toMatchObject({
      language,
      variables: expect.arrayContaining([expect.objectContaining({ name: 'company' })]),
    });
    const send = (variables: object) =>
      request('POST', `conversations/${id}/template`, { body: { name, language, variables } });
    expect((await send({ name: 'Ana' })).body.details).toEqual({ 'variables.company': [expect.any(String)] });
    expect(await send({ name: 'Ana', company: 'Acme' })).toMatchObject({
      status: 201,
      body: { type: 'template', text: expect.stringContaining('Acme') },
    });
  });

  it('sends a file as what its first bytes are, and shows it again', async () => {
    const { id } = await wrote();
    const send = (form: FormData) => request('POST', `conversations/${id}/file`, { form });
    const image = await send(formOf(PNG, 'photo.png', { caption: 'As promised' }));
    expect([image.status, image.body]).toMatchObject([201, { type: 'image', content: { caption: 'As promised' } }]);
    const { status, headers } = await get(`conversations/${id}/messages/${image.body.id}/media`);
    expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      200,
      'image/png',
      expect.stringMatching(/^inline;/),
    ]);
    const text = await send(formOf('<script>alert(1)</script>', '"x"\n<b>é.txt'));
    expect(text.body).toMatchObject({ type: 'document' });
    const saved = await get(`conversations/${id}/messages/${text.body.id}/media`);
    expect(Object.fromEntries(saved.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="[\x20-\x7e]*\.txt"; filename\*=UTF-8''\S+$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const svg = await send(formOf('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'x.svg'));
    expect([svg.status, svg.body.details]).toEqual([400, { file: [expect.stringContaining('does not take')] }]);
    const long = await send(formOf(PNG, 'photo.png', { caption: 'x'.repeat(2_000) }));
    expect([long.status, Object.keys(long.body.details)]).toEqual([400, ['caption']]);
    expect((await request('POST', `conversations/${id}/file`, { body: {} })).body.details).toHaveProperty('file');
  });

  it('has no file for a message without one, of another conversation, or that Meta has no more', async () => {
    const [one, other] = [await wrote(), await wrote()];
    const [message] = (await conversations.history(one.id)).messages;
    const statusOf = async (id: number) => {
      const { status, body } = await get(`conversations/${id}/messages/${message?.id}/media`);
      return [status, body.code];
    };
    expect([await statusOf(one.id), await statusOf(other.id)]).toEqual([
      [404, 'MEDIA_NOT_FOUND'],
      [404, 'MESSAGE_NOT_FOUND'],
    ]);
    expect((await get(`conversations/${one.id}/messages/x/media`)).status).toBe(404);
  });

  it('lets a key do no more than its abilities, and see nothing of another workspace', async () => {
    const { id } = await wrote();
    const reader = { 'x-api-key': await app.newKey('messages.read') };
    expect((await get(`conversations/${id}`, reader)).body.contact).toBeNull();
    const refused = await request('POST', `conversations/${id}/text`, { body: { text: 'x' }, headers: reader });
    expect([refused.status, (await get(`conversations/${id}/templates`, reader)).status]).toEqual([403, 403]);
    const { key } = await app.app.get(ApiKeysService).create({ name: 'Other', workspace: 'other' });
    const other = { 'x-api-key': key };
    expect((await get('conversations', other)).body.conversations).toEqual([]);
    for (const path of [`conversations/${id}`, `conversations/${id}/messages`, `conversations/${id}/templates`]) {
      expect([path, (await get(path, other)).status]).toEqual([path, 404]);
    }
    const sent = await request('POST', `conversations/${id}/text`, { body: { text: 'x' }, headers: other });
    expect(sent.status).toBe(404);
  });

  describe('by a link', () => {
    let links: ConsoleLinksService;
    beforeAll(() => {
      links = app.app.get(ConsoleLinksService);
    });

    it('shows the conversations of its scope, and nothing else', async () => {
      const [inside, outside] = [await wrote('in'), await wrote('out')];
      await conversations.update(inside.id, { label: 'Sales' });
      await conversations.update(outside.id, { label: 'Care' });
      const link = await links.create({ label: 'Sales' });
      expect(link.path).toMatch(/^\/whatsapp\/console\/embedded#[\w-]{43}$/);
      const headers = bearerOf(link);
      const idsOf = async (query = '') =>
        (await get(`conversations${query}`, headers)).body.conversations.map(
          (item: { conversation_id: number }) => item.conversation_id,
        );
      expect([await idsOf(), await idsOf('?label=Care'), await idsOf(`?q=${outside.phone}`)]).toEqual([
        [inside.id],
        [],
        [],
      ]);
      const texts = `conversations/${outside.id}`;
      const [message] = (await conversations.history(outside.id)).messages;
      for (const path of [texts, `${texts}/messages`, `${texts}/templates`, `${texts}/messages/${message?.id}/media`]) {
        expect([path, (await get(path, headers)).status]).toEqual([path, 404]);
      }
      const changes = [
        ['POST', `${texts}/text`, { text: 'x' }],
        ['POST', `${texts}/reaction`, { wamid: outside.wamid, emoji: '👍' }],
        ['POST', `${texts}/template`, sampleTemplates.named],
        ['POST', `${texts}/read`, {}],
        ['PATCH', texts, { label: 'Sales' }],
      ] as const;
      for (const [method, path, body] of changes) {
        expect([path, (await request(method, path, { body, headers })).status]).toEqual([path, 404]);
      }
      const form = formOf(PNG, 'photo.png');
      expect((await request('POST', `${texts}/file`, { form, headers })).status).toBe(404);
      const sent = await request('POST', `conversations/${inside.id}/text`, { body: { text: 'Hi' }, headers });
      expect(sent.status).toBe(201);
      for (const path of ['messages', 'overview', 'numbers', 'bulk-sends', `messages/${sent.body.id}`]) {
        const { status, body } = await get(path, { ...own, ...headers });
        expect([path, status, body.code]).toEqual([path, 403, 'FORBIDDEN']);
      }
      const session = await get('session', headers);
      expect(session.body).toMatchObject({ workspace: 'default', needs_sign_in: false, is_signed_in: false });
    });

    it('ends after its time, and when it is revoked', async () => {
      const short = bearerOf(await links.create({ expiresIn: 1 }));
      await vi.waitFor(async () => {
        const { status, body } = await get('conversations', short);
        expect([status, body.code]).toEqual([401, 'LINK_ENDED']);
      });
      const link = await links.create();
      expect((await get('conversations', bearerOf(link))).status).toBe(200);
      expect((await links.list()).map(({ id }) => id)).toContain(link.id);
      await expect(links.revoke(link.id, { workspace: 'other' })).rejects.toMatchObject({
        code: 'CONSOLE_LINK_NOT_FOUND',
      });
      await links.revoke(link.id);
      expect((await get('conversations', bearerOf(link))).body.code).toBe('LINK_ENDED');
      expect((await get('conversations', { 'x-whatsapp-console-link': 'x' })).body.code).toBe('LINK_ENDED');
    });

    it('may do what it was made for', async () => {
      const { id } = await wrote();
      const headers = bearerOf(await links.create({ abilities: ['messages.read'] }));
      const sent = await request('POST', `conversations/${id}/text`, { body: { text: 'x' }, headers });
      expect([(await get(`conversations/${id}`, headers)).status, sent.status]).toEqual([200, 403]);
    });

    it('is refused with everything that is wrong with it', async () => {
      const wrong = links.create({ label: ' ', expiresIn: 0, phoneNumberId: '' });
      await expect(wrong).rejects.toMatchObject({
        problems: [{ path: 'phoneNumberId' }, { path: 'label' }, { path: 'expiresIn' }],
      });
      await expect(links.create({ phoneNumberId: '9' })).rejects.toMatchObject({ code: 'PHONE_NUMBER_NOT_FOUND' });
      await expect(links.create({ workspace: 'none' })).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
    });

    it('does no more behind guards of the host that let its requests pass', async () => {
      const letsPass = { canActivate: () => true };
      await using hosted = await ConsoleApp.start({ adapter, console: { guards: [letsPass], prefix: 'care/' } });
      const link = await hosted.app.get(ConsoleLinksService).create({ label: 'None' });
      expect(link.path).toMatch(/^\/care\/embedded#/);
      const headers = bearerOf(link);
      const ask = async (path: string, more: Headers = headers) =>
        (await fetch(`${hosted.app.url}/care/api/${path}`, { headers: more })).status;
      expect([
        await ask('conversations'),
        await ask('messages'),
        await ask('stream'),
        await ask('messages', {}),
      ]).toEqual([200, 403, 403, 200]);
    });

    it('is of one workspace', async () => {
      const { id } = await wrote();
      await app.app.get(WorkspacesService).ensure('third');
      const headers = bearerOf(await links.create({ workspace: 'third' }));
      expect([
        (await get('conversations', headers)).body.conversations,
        (await get(`conversations/${id}`, headers)).status,
      ]).toEqual([[], 404]);
    });
  });
});
