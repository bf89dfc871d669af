import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter } from '../../support/test-app.js';
import { MessagingApp, MOMENT, someone } from './messaging-app.js';

describe.each(oneAdapter)('Blocks of the messaging surface on $adapter', ({ adapter }) => {
  let messaging: MessagingApp;

  beforeAll(async () => {
    messaging = await MessagingApp.start(adapter, ({ account, accessToken }) => {
      account.addPhoneNumber();
      const phoneNumberIds = account.phoneNumbers.map(({ id }) => id);
      return { accounts: [{ businessAccountId: account.id, accessToken, phoneNumberIds }] };
    });
  });
  afterAll(() => messaging[Symbol.asyncDispose]());
  beforeEach(() => messaging.meta.clear());

  it("blocks and unblocks at Meta, and reports Meta's answers", async () => {
    const phone = someone();
    await messaging.receives(phone);
    const user = { input: `+${phone}`, wa_id: phone };
    const blocked = await messaging.post('/block/', { phone: `+${phone}` });
    expect([blocked.status, blocked.body]).toEqual([
      200,
      { status: 'success', meta_response: { messaging_product: 'whatsapp', block_users: { added_users: [user] } } },
    ]);
    expect(messaging.meta.phoneNumber.blockedUsers.has(phone)).toBe(true);
    const list = await messaging.get('/blocked/');
    expect([list.status, list.body]).toEqual([
      200,
      { blocked_users: [{ phone_number: phone, blocked_at: MOMENT, reason: null }] },
    ]);
    const unblocked = await messaging.delete('/unblock/', { phone });
    expect([unblocked.status, unblocked.body]).toEqual([
      200,
      { status: 'success', meta_response: { messaging_product: 'whatsapp', block_users: { removed_users: [user] } } },
    ]);
    expect(messaging.meta.phoneNumber.blockedUsers.has(phone)).toBe(false);
    expect((await messaging.get('/blocked')).body).toEqual({ blocked_users: [] });
    expect(await messaging.text({ phone })).toMatchObject({ status: 200 });
  });

  it('keeps the reason, and shows the latest first', async () => {
    const phones = [someone(), someone()];
    for (const phone of phones) {
      await messaging.receives(phone);
      await messaging.post('/block', { phone, reason: `Spam\0 of ${phone}` });
    }
    const { body } = await messaging.get('/blocked/');
    expect(body.blocked_users).toMatchObject(
      phones.toReversed().map((phone) => ({ phone_number: phone, reason: `Spam of ${phone}` })),
    );
    for (const phone of phones) await messaging.delete('/unblock', { phone });
  });

  it('blocks at the number that account_id names', async () => {
    const [, second = 0] = await messaging.accountIds();
    const phone = someone();
    const number = messaging.meta.account.phoneNumbers[1];
    number?.openWindow(`+${phone}`);
    expect(await messaging.post('/block/', { phone, account_id: second })).toMatchObject({ status: 200 });
    expect(number?.blockedUsers.has(phone)).toBe(true);
    expect(await messaging.delete('/unblock/', { phone, account_id: second })).toMatchObject({ status: 200 });
    expect(number?.blockedUsers.has(phone)).toBe(false);
  });

  it("answers Meta's refusal as a bad request, and then no one is blocked", async () => {
    const phone = someone(); // who wrote nothing in the last 24 hours
    const answer = await messaging.post('/block/', { phone });
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringContaining('Meta said: ') }]);
    expect((await messaging.get('/blocked/')).body).toEqual({ blocked_users: [] });
  });

  it.each([
    [{}, /^phone must be a phone number/],
    [{ phone: '12' }, /^phone has 2 digits/],
    [{ phone: '12', account_id: 'x' }, /^account_id must be the id of a phone number.* phone has 2 digits/],
    [{ phone: '12', account_id: 987_654 }, /^phone has 2 digits/],
    [undefined, /^The body must be a JSON object/],
    ['{"phone":', /^The body is not well-formed JSON\.$/],
  ])('refuses %j', async (body, error) => {
    for (const answer of [await messaging.post('/block/', body), await messaging.delete('/unblock/', body)]) {
      expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(error) }]);
    }
    expect(messaging.meta.requestsTo('block_users')).toEqual([]);
  });

  it('refuses a reason that is no text or too long', async () => {
    for (const [reason, error] of [
      [7, 'reason must be a text.'],
      ['x'.repeat(1_001), 'reason must have at most 1000 characters.'],
    ]) {
      const answer = await messaging.post('/block/', { phone: someone(), reason });
      expect([answer.status, answer.body]).toEqual([400, { error }]);
    }
  });

  it('names a wrong person next to a wrong reason', async () => {
    const { body } = await messaging.post('/block/', { phone: '12', reason: 7 });
    expect(body.error).toMatch(/^reason must be a text\. phone has 2 digits/);
  });

  it('does not know an account that is none', async () => {
    const answer = await messaging.post('/block/', { phone: someone(), account_id: 987_654 });
    expect([answer.status, answer.body]).toEqual([404, { error: 'Phone number 987654 not found.' }]);
  });
});
