import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call, send } from './graph-client.js';

const WAMID = 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABEYEjdB';
const text = (body: unknown) => ({ type: 'text', text: { body } });
const ofLength = (count: number) => 'x'.repeat(count);

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
beforeEach(() => meta.clear());
afterAll(() => meta.close());

describe('an accepted message', () => {
  it('is answered and recorded as Meta does', async () => {
    const { status, body } = await send(meta, text('Hello'));
    expect(status).toBe(200);
    expect(body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+5491112345678', wa_id: '5491112345678' }],
      messages: [{ id: expect.stringMatching(/^wamid\.HBg[A-Za-z0-9+/=]+$/) }],
    });
    expect(meta.messages).toEqual([
      {
        id: body.messages?.[0]?.id,
        phoneNumberId: meta.phoneNumber.id,
        to: '+5491112345678',
        waId: '5491112345678',
        product: 'cloud_api',
        body: { messaging_product: 'whatsapp', to: '+5491112345678', ...text('Hello') },
        receivedAt: expect.any(Date),
      },
    ]);
  });

  it('never has the id of another one', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(meta, text('Hello'))));
    expect(new Set(answers.map(({ body }) => body.messages?.[0]?.id)).size).toBe(20);
  });

  it.each(['+54 (911) 1234-5678', '+54.911.12345678', '+5491112345678'])('reaches %s', async (to) => {
    const { body } = await send(meta, { ...text('Hello'), to });
    expect(body.contacts).toEqual([{ input: to, wa_id: '5491112345678' }]);
  });

  it('goes to a stranger in the country of the sender when the plus is missing', async () => {
    const number = meta.account.addPhoneNumber({ displayPhoneNumber: '+91 98765 43210' });
    const message = { messaging_product: 'whatsapp', to: '16315551234', ...text('Hello') };
    const { body } = await call(meta, 'POST', `${number.id}/messages`, message);
    expect(body.contacts).toEqual([{ input: '16315551234', wa_id: '9116315551234' }]);
    expect(meta.sendsTo('+16315551234')).toBe(0);
  });

  it('has the wa_id that the test chooses', async () => {
    await using server = await GraphApiServer.start({ sample: true, waId: (digits) => digits.replace(/^549/, '54') });
    const { body } = await send(server, text('Hello'));
    expect(body.contacts).toEqual([{ input: '+5491112345678', wa_id: '541112345678' }]);
    expect(server.sendsTo('541112345678')).toBe(1);
  });

  it('can be for a business-scoped user id, unless there is a number too', async () => {
    const recipient = 'US.13491208655302741918';
    const toUser = await send(meta, { ...text('Hello'), to: undefined, recipient });
    expect(toUser.body.contacts).toEqual([{ input: recipient, user_id: recipient }]);
    expect(meta.sendsTo(recipient)).toBe(1);
    const toBoth = await send(meta, { ...text('Hello'), recipient });
    expect(toBoth.body.contacts?.[0]).toMatchObject({ wa_id: '5491112345678' });
  });

  it('can be for a group', async () => {
    const { body } = await send(meta, { ...text('Hello'), recipient_type: 'group', to: 'Y2FwaV9ncm91cDox' });
    expect(body.messages?.[0]).toMatchObject({ group_id: 'Y2FwaV9ncm91cDox' });
  });

  it('is a text when no type is given', async () => {
    expect((await send(meta, { text: { body: 'Hello' } })).status).toBe(200);
  });
});

describe('the envelope', () => {
  it.each<[string, object, number, string]>([
    ['no messaging_product', { ...text('a'), messaging_product: undefined }, 100, 'messaging_product'],
    ['another product', { ...text('a'), messaging_product: 'sms' }, 100, 'messaging_product'],
    ['no recipient', { ...text('a'), to: undefined }, 131008, 'to'],
    ['an empty recipient', { ...text('a'), to: '' }, 131008, 'to'],
    ['a recipient that is a number', { ...text('a'), to: 5491112345678 }, 100, 'to'],
    ['a recipient of letters', { ...text('a'), to: 'Ana' }, 131009, 'to'],
    ['a recipient that is too short', { ...text('a'), to: '+123' }, 131009, 'to'],
    ['a recipient that is too long', { ...text('a'), to: '+1234567890123456' }, 131009, 'to'],
    ['a user id that is none', { ...text('a'), to: undefined, recipient: '12345' }, 131009, 'recipient'],
    ['an unknown recipient type', { ...text('a'), recipient_type: 'crowd' }, 100, 'recipient_type'],
    ['an unknown type', { type: 'hologram', hologram: {} }, 131051, 'hologram'],
    ['a type without its object', { type: 'image' }, 131008, 'image'],
    ['a context without a message', { ...text('a'), context: {} }, 131008, 'message_id'],
    ['a context that is no wamid', { ...text('a'), context: { message_id: '17' } }, 131009, 'message_id'],
    ['513 characters of callback data', { ...text('a'), biz_opaque_callback_data: ofLength(513) }, 100, '512'],
  ])('is refused with %s', async (_case, message, code, details) => {
    const { status, body } = await send(meta, message);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code,
      type: 'OAuthException',
      message: expect.stringMatching(`^\\(#${code}\\) `),
    });
    expect(body.error?.error_data?.details ?? body.error?.message).toContain(details);
    expect(meta.messages).toEqual([]);
    expect(meta.requests).toHaveLength(1);
  });

  it('has data, a trace id and the product in its refusal', async () => {
    const { body } = await send(meta, { type: 'text', text: {} });
    expect(body).toEqual({
      error: {
        message: '(#131008) Required parameter is missing',
        type: 'OAuthException',
        code: 131008,
        error_data: { messaging_product: 'whatsapp', details: "The parameter text['body'] is required." },
        fbtrace_id: expect.any(String),
      },
    });
  });

  it.each([
    ['{"to":', 'application/json', 'not valid JSON'],
    ['{}', 'text/plain', 'Content-Type: application/json'],
  ])('must be JSON and say so', async (body, type, message) => {
    const response = await fetch(`${meta.url}/v25.0/${meta.phoneNumber.id}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${meta.accessToken}`, 'Content-Type': type },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
  });

  it('is refused from a number that is not registered, and to the number itself', async () => {
    const number = meta.account.addPhoneNumber({ status: 'PENDING', displayPhoneNumber: '+54 9 223 675-0780' });
    const sendTo = (to: string) =>
      call(meta, 'POST', `${number.id}/messages`, { messaging_product: 'whatsapp', to, ...text('a') });
    expect((await sendTo('+5491112345678')).body.error?.code).toBe(133010);
    number.status = 'CONNECTED';
    expect((await sendTo('+5492236750780')).body.error?.code).toBe(131021);
  });
});

const read = (more: object) =>
  call(meta, 'POST', `${meta.phoneNumber.id}/messages`, { messaging_product: 'whatsapp', status: 'read', ...more });

describe('marking as read', () => {
  it.each([{}, { typing_indicator: { type: 'text' } }])(
    'is answered with success and is not a message',
    async (more) => {
      expect((await read({ message_id: WAMID, ...more })).body).toEqual({ success: true });
      expect(meta.messages).toEqual([]);
    },
  );

  it.each<[object, number]>([
    [{}, 131008],
    [{ message_id: 'nonsense' }, 131009],
    [{ message_id: WAMID, status: 'seen' }, 100],
    [{ message_id: WAMID, typing_indicator: { type: 'audio' } }, 100],
  ])('is refused with %j', async (more, code) => {
    expect((await read(more)).body.error?.code).toBe(code);
  });
});
