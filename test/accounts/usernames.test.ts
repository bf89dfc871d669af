import { AccountsService, ContactsService, UsernamesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FieldUpdates } from '../../lib/webhooks/fields/field-updates.js';
import type { FieldItem } from '../../lib/webhooks/webhook-item.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';

/** Each test reports later than those before it. */
let laterBy = 0;

const NONE = { username: null, status: null };

describeOn('sqlite', 'the username of a business', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let usernames: UsernamesService;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    meta.account.addPhoneNumber();
    app = await TestApp.start({ meta, database: fresh.options, options: { ...optionsFor(meta), surfaces: {} } });
    usernames = app.get(UsernamesService);
    await app.get(AccountsService).sync();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    for (const { phoneNumberId } of await app.get(AccountsService).phoneNumbers()) {
      await usernames.delete({ phoneNumberId });
    }
    meta.clear();
  });

  const apply = (...items: FieldItem[]) => app.get(FieldUpdates).apply(items);
  const stored = async () => {
    const { username, usernameStatus } = await app.get(AccountsService).phoneNumber(meta.phoneNumber.id);
    return [username, usernameStatus];
  };

  it('is read, set and deleted at Meta, and kept with the number', async () => {
    expect(await usernames.get()).toEqual(NONE);
    expect(await usernames.set('acme.shoes')).toEqual({ username: 'acme.shoes', status: 'approved' });
    expect(meta.phoneNumber.username).toEqual({ username: 'acme.shoes', status: 'approved' });
    expect(await stored()).toEqual(['acme.shoes', 'approved']);
    meta.phoneNumber.username = { username: 'acme', status: 'reserved' };
    expect(await usernames.get()).toEqual({ username: 'acme', status: 'reserved' });
    expect(await stored()).toEqual(['acme', 'reserved']);
    await usernames.delete();
    expect(await usernames.get()).toEqual(NONE);
    expect(await stored()).toEqual([null, null]);
  });

  it('is suggested by Meta', async () => {
    const suggested = await usernames.suggestions();
    expect(suggested.length).toBeGreaterThan(0);
    for (const username of suggested) expect(await usernames.set(username)).toMatchObject({ username });
  });

  it.each(['ab', 'a'.repeat(36), '123', 'Acme', 'ac me', '.acme', 'acme.', 'ac..me', 'www.acme', 'acme.com'])(
    'is not %j, which is said before Meta is asked',
    async (username) => {
      await expect(usernames.set(username)).rejects.toMatchObject({
        problems: expect.arrayContaining([expect.objectContaining({ path: 'username' })]),
      });
      expect(meta.requestsTo('/username', 'POST')).toEqual([]);
    },
  );

  it('is of one number, until it is handed over', async () => {
    const [first, second] = await app.get(AccountsService).phoneNumbers();
    await usernames.set('acme', { phoneNumberId: first?.phoneNumberId ?? '' });
    const other = { phoneNumberId: second?.phoneNumberId ?? '' };
    await expect(usernames.set('acme', other)).rejects.toMatchObject({ metaCode: 147005 });
    expect(await usernames.set('acme', { ...other, transfer: true })).toMatchObject({ username: 'acme' });
    expect(await usernames.get({ phoneNumberId: first?.phoneNumberId ?? '' })).toEqual(NONE);
  });

  it.each(['business_username_updates', 'business_username_update'])(
    'is known from the field %s, and the latest report counts',
    async (field) => {
      const now = Math.floor(Date.now() / 1_000) + (laterBy += 100);
      const item = (value: object, time: number): FieldItem => ({
        kind: 'field',
        businessAccountId: meta.account.id,
        field,
        time,
        value: { display_phone_number: meta.phoneNumber.digits, ...value },
      });
      await apply(item({ username: 'acme.b', status: 'reserved' }, now + 10));
      await apply(item({ username: 'acme.a', status: 'approved' }, now));
      expect(await stored()).toEqual(['acme.b', 'reserved']);
      await apply(item({ status: 'deleted', context: 'revoked' }, now + 20));
      expect(await stored()).toEqual([null, null]);
      await expect(apply(item({ status: 'approved' }, now + 30))).rejects.toThrow('username is missing');
    },
  );

  it('is another thing than the contact book, which people are taken out of by their user id', async () => {
    const contacts = app.get(ContactsService);
    const user = meta.addUser({ phone: '+1 650-555-1234', parentUserId: 'US.ENT.1' });
    expect(await contacts.removeFromContactBook(user.userId)).toBe(true);
    expect(user.isNumberReported).toBe(false);
    expect(await contacts.removeFromContactBook(user.userId)).toBe(false);
    expect(meta.requestsTo('/contact_book', 'DELETE')[0]?.query).toEqual({
      messaging_product: 'whatsapp',
      bsuid: user.userId,
    });
    for (const unknown of ['US.ENT.1', '+16505551234']) {
      await expect(contacts.removeFromContactBook(unknown)).rejects.toMatchObject({ problems: [{ path: 'person' }] });
    }
  });
});
