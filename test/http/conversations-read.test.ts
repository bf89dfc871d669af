import { ApiKeysService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter } from '../support/test-app.js';
import { Inbox, MOMENT, someone } from './conversations/inbox.js';

describe.each(oneAdapter)('The inbox of the conversations surface on $adapter', ({ adapter }) => {
  let inbox: Inbox;

  beforeAll(async () => {
    inbox = await Inbox.start(adapter);
  });
  afterAll(() => inbox[Symbol.asyncDispose]());
  beforeEach(() => inbox.meta.clear());

  it('takes the key as a bearer token, and answers with and without the slash', async () => {
    const bearer = { 'x-api-key': '', authorization: `Bearer ${inbox.app.key}` };
    expect(await inbox.send({}, bearer)).toMatchObject({ status: 200 });
    expect(await inbox.get('/conversations/', bearer)).toMatchObject({ status: 200 });
    expect(await inbox.get('/conversations', { 'x-api-key': 'nobody' })).toMatchObject({
      status: 401,
      body: { success: false, code: 'UNAUTHENTICATED', message: expect.any(String) },
    });
  });

  it('lets a key do what it is able to, and nothing else', async () => {
    const { key } = await inbox.app.get(ApiKeysService).create({ name: 'reader', abilities: ['messages.read'] });
    const headers = { 'x-api-key': key };
    const { body } = await inbox.send();
    const { conversation_id: id } = body.data.conversation;
    expect(await inbox.get('/conversations', headers)).toMatchObject({ status: 200 });
    expect(await inbox.get(`/conversations/${id}`, headers)).toMatchObject({ status: 200 });
    for (const answer of [
      await inbox.send({}, headers),
      await inbox.post(`/conversations/${id}/messages`, { content: 'x' }, headers),
      await inbox.post('/send-template', {}, headers),
      await inbox.get('/templates', headers),
      await inbox.patch(id, {}, headers),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { success: false, code: 'FORBIDDEN' } });
    }
  });

  it('lists conversations as documented', async () => {
    const phone = someone();
    await inbox.receives(phone, 'I need help', 'Juan Pérez');
    const answer = await inbox.get(`/conversations?search=${phone.slice(1)}`);
    expect(answer.body).toEqual({
      success: true,
      data: [
        expect.objectContaining({
          conversation_id: expect.any(Number),
          phone_number: phone.slice(1),
          customer_name: 'Juan Pérez',
          status: 'active',
          last_message: 'I need help',
          last_message_at: MOMENT,
          unread_count: 1,
          assigned_to: null,
          request_id: null,
          window_expires_at: MOMENT,
          created_at: MOMENT,
        }),
      ],
      next_cursor: null,
    });
  });

  it('pages', async () => {
    for (const phone of [someone(), someone(), someone()]) await inbox.receives(phone, 'hi', 'Paged');
    const first = await inbox.get('/conversations?search=paged&limit=2');
    expect(first.body.data).toHaveLength(2);
    const second = await inbox.get(`/conversations?search=paged&limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ data: [{ customer_name: 'Paged' }], next_cursor: null });
    const active = await inbox.get('/conversations?search=paged&status=ACTIVE');
    expect(active.body.data).toHaveLength(3);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['status=open', 'status'],
    ['cursor=x', 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
  ])('refuses ?%s', async (query, field) => {
    const answer = await inbox.get(`/conversations?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION_ERROR' } });
    expect(Object.keys(answer.body.errors)).toEqual([field]);
  });

  it('shows a conversation with its messages, newest first, a page after the other', async () => {
    const phone = someone();
    await inbox.receives(phone, 'question');
    const { body } = await inbox.send({ phoneNumber: phone, content: 'answer' });
    const { conversation_id: id } = body.data.conversation;
    const first = await inbox.get(`/conversations/${id}?limit=1`);
    expect(first.body).toMatchObject({
      success: true,
      data: {
        conversation: { conversation_id: id, phone_number: phone.slice(1) },
        messages: [{ content: 'answer', direction: 'outbound', status: 'sent', message_type: 'text' }],
        next_before: expect.any(String),
      },
    });
    const second = await inbox.get(`/conversations/${id}?limit=1&before=${first.body.data.next_before}`);
    expect(second.body.data).toMatchObject({
      messages: [{ content: 'question', direction: 'inbound', status: 'received', payload: { body: 'question' } }],
      next_before: null,
    });
    expect(await inbox.get('/conversations/999999')).toMatchObject({ status: 404 });
    expect(await inbox.get(`/conversations/${id}?before=x`)).toMatchObject({
      status: 400,
      body: { errors: { before: [expect.any(String)] } },
    });
  });

  it('changes a conversation', async () => {
    const phone = someone();
    await inbox.receives(phone, 'hi');
    const { body } = await inbox.get(`/conversations?search=${phone.slice(1)}`);
    const id: number = body.data[0].conversation_id;
    const changes = { status: 'closed', assignedTo: 'eva', requestId: 7, label: 'vip', read: true };
    expect((await inbox.patch(id, changes)).body).toMatchObject({
      success: true,
      data: {
        conversation_id: id,
        status: 'closed',
        assigned_to: 'eva',
        request_id: 7,
        label: 'vip',
        unread_count: 0,
        closed_at: MOMENT,
      },
    });
    expect(inbox.sent).toMatchObject([{ status: 'read' }]);
    expect((await inbox.patch(id, { assignedTo: null, status: 'active' })).body.data).toMatchObject({
      assigned_to: null,
      request_id: 7,
      status: 'active',
    });
    const wrong = await inbox.patch(id, { status: 'open', assignedTo: {}, requestId: 1.5, read: false });
    expect(wrong).toMatchObject({ status: 400 });
    expect(await inbox.patch(999_999, {})).toMatchObject({ status: 404, body: { code: 'CONVERSATION_NOT_FOUND' } });
  });

  it("shows and changes nothing of another workspace's", async () => {
    const { body } = await inbox.send();
    const { conversation_id: id } = body.data.conversation;
    const { key } = await inbox.app.get(ApiKeysService).create({ name: 'other', workspace: 'other' });
    const headers = { 'x-api-key': key };
    expect((await inbox.get('/conversations', headers)).body).toEqual({ success: true, data: [], next_cursor: null });
    const unknown = await inbox.get('/conversations/999999', headers);
    const foreign = await inbox.get(`/conversations/${id}`, headers);
    expect(foreign.status).toBe(404);
    expect(foreign.body.message).toBe(unknown.body.message.replace('999999', String(id)));
    expect(await inbox.post(`/conversations/${id}/messages`, { content: 'x' }, headers)).toMatchObject({ status: 404 });
    expect(await inbox.patch(id, { label: 'x' }, headers)).toMatchObject({
      status: 404,
    });
  });
});

describe('The webhook', () => {
  it("answers Meta below the conversations surface's prefix, without a key", async () => {
    await using inbox = await Inbox.start(undefined, { webhook: { verifyToken: 'our-token' } });
    const query = 'hub.mode=subscribe&hub.challenge=1158&hub.verify_token=our-token';
    expect(await inbox.get(`/webhook?${query}`, { 'x-api-key': '' })).toMatchObject({ status: 200, body: 1158 });
    expect(await inbox.post('/webhook', {}, { 'x-api-key': '' })).toMatchObject({ status: 401 });
  });
});
