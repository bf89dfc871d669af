import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { AccountsService, MessagesService, TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const encryptionKeys = [randomBytes(32).toString('base64')];
const template = { name: 'greeting', language: 'es', components: [{ type: 'BODY', text: 'Hola' }] };
const message = { template: 'greeting', language: 'es', to: '+5491112345678' };

/** Every process hears of a change within two seconds; the rest is a slow machine's. */
const HEARD = { timeout: 10_000, interval: 50 };

vi.setConfig({ testTimeout: 120_000 });

/** Two processes of a deployment: what one changes, the other holds in memory. */
describeOn('postgres', 'what another process changes', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let here: TestApp;
  let elsewhere: TestApp;
  let businessAccountId: string;

  beforeAll(async () => {
    fresh = await database.create();
  });
  afterAll(() => fresh.drop());
  beforeEach(async () => {
    const accounts = [{ accessToken: 'EAAfirst', phoneNumbers: [{}, {}], templates: [template] }];
    meta = await GraphApiServer.start({ accounts });
    businessAccountId = meta.account.id;
    const options = { accounts: [], encryptionKeys };
    here = await TestApp.start({ meta, database: fresh.options, options });
    elsewhere = await TestApp.start({ meta, database: fresh.options, options });
    await here.get(AccountsService).add({ businessAccountId, accessToken: 'EAAfirst' });
    await here.get(TemplatesService).sync();
    // So that it holds all that it sends with.
    await vi.waitFor(send, HEARD);
    await send();
  });
  afterEach(async () => {
    await here
      .get(AccountsService)
      .remove(businessAccountId)
      .catch(() => undefined);
    await here[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
    await meta.close();
  });

  const send = () => elsewhere.get(MessagesService).sendTemplate(message);

  it('of an account, its removal, is heard of', async () => {
    await here.get(AccountsService).remove(businessAccountId);
    await vi.waitFor(() => expect(send()).rejects.toMatchObject({ code: 'PHONE_NUMBER_NOT_FOUND' }), HEARD);
  });

  it('of an access token is sent with', async () => {
    meta.account.accessToken = 'EAAsecond';
    await here.get(AccountsService).add({ businessAccountId, accessToken: 'EAAsecond' });
    await vi.waitFor(send, HEARD);
    expect(meta.requestsTo('/messages', 'POST').at(-1)?.headers.authorization).toBe('Bearer EAAsecond');
  });

  it('of a template is sent by', async () => {
    const known = meta.account.template('greeting', 'es');
    if (known) known.category = 'UTILITY';
    await here.get(TemplatesService).sync();
    await vi.waitFor(async () => expect(await send()).toMatchObject({ templateCategory: 'UTILITY' }), HEARD);
  });

  it('of the primary number is sent by', async () => {
    const [, second] = meta.account.phoneNumbers;
    await here.get(AccountsService).makePrimary(String(second?.id));
    await vi.waitFor(async () => expect(await send()).toMatchObject({ phoneNumberId: second?.id }), HEARD);
  });

  it('of a number, that Meta lists it no more, is heard of', async () => {
    const [first] = meta.account.phoneNumbers;
    const input = { ...message, phoneNumberId: String(first?.id) };
    await elsewhere.get(MessagesService).sendTemplate(input);
    meta.account.phoneNumbers.splice(0, 1);
    await here.get(AccountsService).sync();
    const refused = () => expect(elsewhere.get(MessagesService).sendTemplate(input)).rejects.toThrow('no phone number');
    await vi.waitFor(refused, HEARD);
  });
});
