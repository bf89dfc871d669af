import { ConversationEntity, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters } from '../../support/test-app.js';
import { MessagingApp, sentTo, someone } from './messaging-app.js';

describe.each(adapters)('Single sends of the messaging surface on $adapter', ({ adapter }) => {
  let messaging: MessagingApp;
  let second: { readonly row: number; readonly id: string };

  beforeAll(async () => {
    messaging = await MessagingApp.start(adapter, (meta) => {
      const { id } = meta.account.addPhoneNumber();
      const phoneNumberIds = meta.account.phoneNumbers.map((number) => number.id);
      second = { row: phoneNumberIds.indexOf(id) + 1, id };
      const { accessToken } = meta;
      return { accounts: [{ businessAccountId: meta.account.id, accessToken, phoneNumberIds }] };
    });
    const [, row = 0] = await messaging.accountIds();
    second = { ...second, row };
  });
  afterAll(() => messaging[Symbol.asyncDispose]());
  beforeEach(() => messaging.meta.clear());

  it("sends a text and answers with Meta's response", async () => {
    const phone = someone();
    const answer = await messaging.text({ phone, message: 'Your order is ready.' });
    expect([answer.status, answer.body]).toEqual([200, sentTo(phone)]);
    expect(messaging.sent).toMatchObject([{ to: `+${phone}`, type: 'text', text: { body: 'Your order is ready.' } }]);
    const [message] = messaging.meta.messagesTo(`+${phone}`);
    expect(message?.id).toBe(answer.body.result.messages[0].id);
  });

  it.each([
    ['with a plus', (phone: string) => `+${phone}`],
    ['with spaces and dashes', (phone: string) => `+91 ${phone.slice(2, 7)}-${phone.slice(7)}`],
  ])('takes a number %s', async (_, spell) => {
    const phone = someone();
    expect((await messaging.text({ phone: spell(phone) })).body).toEqual(sentTo(phone));
  });

  it.each(['5491112345678.0', '5.49E+12', '+91 98765 43210 x12', '9198765O3210', '5551234 5559876'])(
    'sends nothing for %j, which is not one phone number',
    async (phone) => {
      const answer = await messaging.text({ phone });
      expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(/^phone must |^phone was /) }]);
      expect(messaging.meta.messageCount).toBe(0);
    },
  );

  it('takes unknown fields, nulls for what can be left out, and a path without its slash', async () => {
    const phone = someone();
    const body = { phone, message: 'x', account_id: null, colour: 'red' };
    expect(await messaging.post('/send-message', body)).toMatchObject({ status: 200 });
  });

  it('shows what it sent among the chats', async () => {
    const phone = someone();
    await messaging.text({ phone });
    const { body } = await messaging.get('/chats/');
    expect(body.conversations).toContainEqual(expect.objectContaining({ phone_number: phone }));
  });

  it('sends a location, its numbers in strings too', async () => {
    for (const [latitude, longitude] of [
      [28.6139, 77.209],
      ['28.6139', ' 77.2090 '],
    ]) {
      messaging.meta.clear();
      const phone = someone();
      const place = { name: 'Our Office', address: 'Connaught Place, New Delhi' };
      const answer = await messaging.post('/send-location/', { phone, latitude, longitude, ...place });
      expect([answer.status, answer.body]).toEqual([200, sentTo(phone)]);
      const location = { latitude: 28.6139, longitude: 77.209, ...place };
      expect(messaging.sent).toMatchObject([{ to: `+${phone}`, type: 'location', location }]);
    }
  });

  it('leaves out of a location what is empty', async () => {
    const phone = someone();
    await messaging.post('/send-location/', { phone, latitude: '-90', longitude: 180, name: '', address: null });
    expect(messaging.sent).toMatchObject([{ location: { latitude: -90, longitude: 180 } }]);
    expect(Object.keys(Object(messaging.sent[0]).location)).toEqual(['latitude', 'longitude']);
  });

  it.each([
    ['/send-message/', {}, ['phone', 'message']],
    ['/send-message/', { phone: 'nobody', message: '', account_id: 'x' }, ['account_id', 'phone', 'message']],
    ['/send-message/', { phone: 919_876_543_210, message: 7 }, ['phone', 'message']],
    ['/send-message/', { phone: '919876543210', message: 'x'.repeat(4_097) }, ['message']],
    ['/send-message/', { phone: '919876543210', message: 'x', account_id: 1.5 }, ['account_id']],
    ['/send-location/', {}, ['phone', 'latitude', 'longitude']],
    ['/send-location/', { phone: '12', latitude: 90.1, longitude: '-180.1' }, ['phone', 'latitude', 'longitude']],
    ['/send-location/', { phone: '919876543210', latitude: '', longitude: '0x10' }, ['latitude', 'longitude']],
    ['/send-location/', { phone: '919876543210', latitude: true, longitude: '28,6' }, ['latitude', 'longitude']],
    ['/send-location/', { phone: '919876543210', latitude: 1, longitude: 1, name: 7 }, ['name']],
    ['/send-template/', {}, ['phone', 'template_name']],
    [
      '/send-template/',
      { phone: '12', template_name: '', language: 7, body_params: 'x', header_params: {}, account_id: [] },
      ['account_id', 'header_params', 'body_params', 'template_name', 'language', 'phone'],
    ],
  ])('refuses at %s %j, naming every problem, and stores and sends nothing', async (path, body, fields) => {
    const dataSource = messaging.app.get(DataSource);
    const count = () =>
      Promise.all([MessageEntity, ConversationEntity].map((entity) => dataSource.getRepository(entity).count()));
    const before = await count();
    const answer = await messaging.post(path, body);
    expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['error']]);
    const sentences = fields.map((field) => new RegExp(String.raw`(?:^|\. )${field} (?:is|has|must|begins)`));
    for (const sentence of sentences) expect(answer.body.error).toMatch(sentence);
    expect([messaging.sent, await count()]).toEqual([[], before]);
  });

  it.each([
    ['malformed JSON', '{"phone":', /^The body is not well-formed JSON\.$/],
    ['a list', '[]', /^The body must be a JSON object/],
    ['a text', '"x"', /^The body /],
  ])('words %s as its own error', async (_, raw, error) => {
    const answer = await messaging.post('/send-message/', raw);
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(error) }]);
  });

  it('words a body that is too large as its own error', async () => {
    const answer = await messaging.text({ message: 'x'.repeat(6_000_000) });
    expect([answer.status, answer.body]).toEqual([413, { error: expect.stringMatching(/over the limit of 5mb/) }]);
  });

  it('sends from the number that account_id names', async () => {
    expect(await messaging.text({ account_id: second.row })).toMatchObject({ status: 200 });
    const [request] = messaging.meta.requestsTo('/messages', 'POST');
    expect(request?.path).toContain(`/${second.id}/`);
  });

  it.each([0, -1, 987_654, 2 ** 31, 1e300])('does not know the account %d', async (account_id) => {
    for (const answer of [
      await messaging.text({ account_id }),
      await messaging.post('/send-location/', { phone: someone(), latitude: 1, longitude: 1, account_id }),
      await messaging.post('/send-template/', { phone: someone(), template_name: 'x', account_id }),
    ]) {
      const error = `Phone number ${account_id} not found.`;
      expect([answer.status, answer.body]).toEqual([404, { error }]);
    }
    expect(messaging.sent).toEqual([]);
  });

  it("tells Meta's refusal as a bad request, in its words, and nothing else", async () => {
    messaging.meta.faults.nextSend({ kind: 'error', code: 131026 });
    const answer = await messaging.text();
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: expect.stringMatching(/Meta said: .*Message undeliverable/) },
    ]);
  });

  it.each([
    [130429, 1],
    [131056, 6],
    [80007, 60],
  ])("tells Meta's rate limit %d with the time to wait", async (code, seconds) => {
    messaging.meta.faults.nextSend({ kind: 'error', code });
    const answer = await messaging.text();
    expect([answer.status, answer.body]).toEqual([429, { error: expect.stringContaining(String(code)) }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(seconds);
  });

  it('names the row next to the error when Meta never reported the outcome', async () => {
    messaging.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const answer = await messaging.text();
    const { message_id: id } = answer.body;
    expect([answer.status, answer.body]).toEqual([
      504,
      {
        error: `Meta did not report the outcome of message ${id}. It is not sent again; look it up later.`,
        message_id: id,
      },
    ]);
    const status = await messaging.app.call('GET', `/api/v1/meta-templates/messages/${id}/`);
    expect(status.body).toMatchObject({ status: 'unconfirmed' });
  });

  it('sends nothing to someone who is blocked', async () => {
    const phone = someone();
    await messaging.receives(phone);
    await messaging.post('/block/', { phone });
    messaging.meta.clear();
    const answer = await messaging.text({ phone });
    expect([answer.status, answer.body, messaging.sent]).toEqual([409, { error: expect.any(String) }, []]);
  });

  it('answers again by its Idempotency-Key, also once the number is gone, and refuses another body', async () => {
    const headers = { 'idempotency-key': 'once' };
    for (const [path, content] of [
      ['/send-message/', { message: 'x' }],
      ['/send-location/', { latitude: 1, longitude: 2 }],
      ['/send-template/', { template_name: 'hello_world', language: 'en_US' }],
    ] as const) {
      const body = { phone: someone(), account_id: second.row, ...content };
      const [first, again] = [await messaging.post(path, body, headers), await messaging.post(path, body, headers)];
      expect(first).toMatchObject({ status: 200 });
      expect(again.body).toEqual(first.body);
      expect(messaging.meta.sendsTo(`+${body.phone}`)).toBe(1);
      const other = await messaging.post(path, { ...body, phone: someone() }, headers);
      expect([other.status, other.body]).toEqual([409, { error: expect.stringMatching(/another body/) }]);
    }
  });

  it('takes a refusal that Meta may take back again under the same key, and reports a final one again', async () => {
    const body = { phone: someone(), message: 'x' };
    const headers = { 'idempotency-key': 'refused' };
    messaging.meta.faults.nextSend({ kind: 'error', code: 131026 });
    const first = await messaging.post('/send-message/', body, headers);
    const again = await messaging.post('/send-message/', body, headers);
    expect([first.status, again.status, again.body]).toEqual([400, 400, first.body]);
    messaging.meta.faults.nextSend({ kind: 'error', code: 130429 });
    const slow = { 'idempotency-key': 'too fast' };
    expect(await messaging.post('/send-message/', body, slow)).toMatchObject({ status: 429 });
    expect(await messaging.post('/send-message/', body, slow)).toMatchObject({ status: 200 });
  });
});

describe('The messaging surface with a default country', () => {
  let messaging: MessagingApp;

  beforeAll(async () => {
    messaging = await MessagingApp.start(undefined, () => ({ defaultCountry: 'US' }));
  });
  afterAll(() => messaging[Symbol.asyncDispose]());

  it('takes ten bare digits as a number of that country, though they could be one of another', async () => {
    expect((await messaging.text({ phone: '2012345678' })).body).toEqual(sentTo('12012345678'));
    expect((await messaging.text({ phone: '+201234567890' })).body).toEqual(sentTo('201234567890'));
  });

  it('blocks the person with the number that ten bare digits mean', async () => {
    await messaging.receives('12012345679');
    expect(await messaging.post('/block', { phone: '2012345679' })).toMatchObject({ status: 200 });
    expect(messaging.meta.phoneNumber.blockedUsers.has('12012345679')).toBe(true);
  });
});
