import { MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter } from '../support/test-app.js';
import { Inbox, MOMENT, someone } from './conversations/inbox.js';

describe.each(oneAdapter)('POST /api/whatsapp/send on $adapter', ({ adapter }) => {
  let inbox: Inbox;

  beforeAll(async () => {
    inbox = await Inbox.start(adapter);
  });
  afterAll(() => inbox[Symbol.asyncDispose]());
  beforeEach(() => inbox.meta.clear());

  it('sends a text and answers as documented', async () => {
    const phoneNumber = someone();
    const answer = await inbox.send({ phoneNumber, content: 'Your request', requestId: 123 });
    expect(answer).toMatchObject({ status: 200 });
    const { message, conversation } = answer.body.data;
    expect(answer.body).toEqual({
      success: true,
      data: {
        message: {
          message_id: expect.any(Number),
          conversation_id: conversation.conversation_id,
          content: 'Your request',
          message_type: 'text',
          direction: 'outbound',
          status: 'sent',
          created_at: MOMENT,
        },
        conversation: {
          conversation_id: expect.any(Number),
          phone_number: phoneNumber.slice(1),
          request_id: 123,
        },
      },
    });
    const row = await inbox.app
      .get(DataSource)
      .getRepository(MessageEntity)
      .findOneByOrFail({ id: message.message_id });
    expect(row).toMatchObject({ apiKeyId: expect.any(Number), content: { body: 'Your request' } });
    expect(inbox.meta.sendsTo(phoneNumber)).toBe(1);
  });

  it('writes to one conversation per person', async () => {
    const phoneNumber = someone();
    const [first, second] = [
      await inbox.send({ phoneNumber }),
      await inbox.send({ phoneNumber: phoneNumber.slice(1) }),
    ];
    expect(second.body.data.conversation).toEqual(first.body.data.conversation);
  });

  it.each([
    ['nothing', {}, ['content', 'phoneNumber']],
    ['wrong kinds', { phoneNumber: 7, content: 7, requestId: 'x' }, ['content', 'phoneNumber', 'requestId']],
    ['an empty text', { phoneNumber: '+50212345678', content: '' }, ['content']],
    ['a text that is too long', { phoneNumber: '+50212345678', content: 'x'.repeat(4_097) }, ['content']],
    ['no number', { phoneNumber: 'nobody', content: 'x' }, ['phoneNumber']],
  ])('refuses %s, every problem named', async (_, body, fields) => {
    const answer = await inbox.post('/send', body);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION_ERROR' } });
    expect(Object.keys(answer.body.errors).toSorted()).toEqual(fields);
    expect(inbox.sent).toEqual([]);
  });

  it.each([
    ['malformed JSON', '{"a":', 400, 'VALIDATION_ERROR'],
    ['a list', '[]', 400, 'VALIDATION_ERROR'],
  ])('words %s as its own error', async (_, raw, status, code) => {
    expect(await inbox.post('/send', raw)).toMatchObject({ status, body: { success: false, code } });
  });

  it("passes Meta's refusal on, and that it is too fast", async () => {
    inbox.meta.faults.nextSend({ kind: 'error', code: 131026 });
    expect(await inbox.send()).toMatchObject({
      status: 502,
      body: { success: false, code: 'META_ERROR', meta: { code: 131026 } },
    });
    inbox.meta.faults.nextSend({ kind: 'error', code: 130429 });
    const answer = await inbox.send();
    expect(answer).toMatchObject({ status: 429, body: { success: false, code: 'RATE_LIMITED' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('answers with the row when Meta never reported the outcome', async () => {
    inbox.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    expect(await inbox.send()).toMatchObject({
      status: 504,
      body: { success: false, code: 'OUTCOME_UNKNOWN', message_id: expect.any(Number) },
    });
  });

  it('answers again by its Idempotency-Key, and refuses another body', async () => {
    const phoneNumber = someone();
    const headers = { 'idempotency-key': 'once' };
    const [first, second] = [await inbox.send({ phoneNumber }, headers), await inbox.send({ phoneNumber }, headers)];
    expect(second.body).toEqual(first.body);
    expect(inbox.meta.sendsTo(phoneNumber)).toBe(1);
    expect(await inbox.send({ phoneNumber, content: 'other' }, headers)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_CONFLICT' },
    });
  });
});

describe('POST /api/whatsapp/send outside the service window', () => {
  it('is refused with the option "enforce", and opens no conversation', async () => {
    await using inbox = await Inbox.start(undefined, { serviceWindow: 'enforce' });
    const phoneNumber = someone();
    const refused = { status: 409, body: { success: false, code: 'SERVICE_WINDOW_CLOSED' } };
    expect(await inbox.send({ phoneNumber })).toMatchObject(refused);
    expect((await inbox.get('/conversations')).body.data).toEqual([]);
    await inbox.receives(phoneNumber, 'hi');
    expect(await inbox.send({ phoneNumber })).toMatchObject({ status: 200 });
  });
});
