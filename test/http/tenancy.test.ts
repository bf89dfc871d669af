import {
  AccountsService,
  ApiKeysService,
  ConfigurationError,
  MessageEntity,
  MessagesService,
  TemplatesService,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlite } from '../support/databases/sqlite.js';
import { oneAdapter, TestApp } from '../support/test-app.js';

const PHONE = '+5491112345678';
const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

/** A workspace with an account, a number, a template and a key of its own. */
interface Tenant {
  readonly workspace: string;
  readonly account: GraphApiServer['account'];
  readonly template: string;
  readonly key: string;
}

/** A text with one name for another. */
function renamed(body: object, from: string, to: string): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(from, to));
}

describe.each(oneAdapter)('two workspaces on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;
  let app: TestApp;
  let north: Tenant;
  let south: Tenant;

  beforeAll(async () => {
    meta = await GraphApiServer.start();
    const accounts = ['north', 'south'].map((name) => {
      const account = meta.addAccount({ name, accessToken: `${name}-token` });
      account.addPhoneNumber();
      account.addTemplate({ ...sampleTemplates.plain, id: undefined, name: `${name}_news` });
      account.addTemplate({
        name: 'shared',
        language: name === 'north' ? 'es' : 'de',
        components: [{ type: 'BODY', text: `Hello from the ${name}` }],
      });
      return account;
    });
    const options = accounts.map(({ id, name, accessToken, phoneNumbers }) => ({
      businessAccountId: id,
      accessToken,
      phoneNumberIds: phoneNumbers.map((number) => number.id),
      workspace: name,
    }));
    app = await TestApp.start({ adapter, meta, options: { accounts: options, encryptionKeys: [ENCRYPTION_KEY] } });
    const tenants = accounts.map(async (account): Promise<Tenant> => {
      const workspace = account.name;
      await app.get(AccountsService).sync({ workspace });
      await app.get(TemplatesService).sync({ workspace });
      const { key } = await app.get(ApiKeysService).create({ name: workspace, workspace });
      return { workspace, account, template: `${workspace}_news`, key };
    });
    [north, south] = await Promise.all(tenants).then(([one, other]) => {
      if (!one || !other) throw new Error('There are two.');
      return [one, other];
    });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });
  beforeEach(() => meta.clear());

  const numberOf = ({ account }: Tenant) => account.phoneNumbers[0]?.id ?? '';
  const bodyOf = (tenant: Tenant, overrides: object = {}) => ({
    phone_number_id: numberOf(tenant),
    template_name: tenant.template,
    language: 'en_US',
    recipient_phone: PHONE,
    ...overrides,
  });
  const send = (tenant: Tenant, body: object, headers: Record<string, string> = {}) =>
    app.call('POST', '/api/v1/meta-templates/send/', body, { 'x-api-key': tenant.key, ...headers });
  const get = (tenant: Tenant, path: string) =>
    app.call('GET', `/api/v1/${path}/`, undefined, { 'x-api-key': tenant.key });

  const pairs = [
    ['north', 'south', () => [north, south] as const],
    ['south', 'north', () => [south, north] as const],
  ] as const;

  describe.each(pairs)('%s', (_own, _foreign, tenants) => {
    it('uses what is its own, with its own token', async () => {
      const [own] = tenants();
      expect(await send(own, bodyOf(own))).toMatchObject({ status: 200 });
      expect(meta.requestsTo('/messages').map(({ headers }) => headers.authorization)).toEqual([
        `Bearer ${own.account.accessToken}`,
      ]);
    });

    it("does not see %s's messages: the answer is that of a message that never was", async () => {
      const [own, foreign] = tenants();
      const { body } = await send(foreign, bodyOf(foreign));
      const wamid: string = body.message_id;
      const row = await app.get(DataSource).getRepository(MessageEntity).findOneByOrFail({ wamid });
      for (const id of [wamid, String(row.id)]) {
        expect(await get(foreign, `meta-templates/messages/${id}`)).toMatchObject({ status: 200 });
        const answer = await get(own, `meta-templates/messages/${id}`);
        expect(answer.status).toBe(404);
        const unknown = await get(own, 'meta-templates/messages/wamid.never');
        expect(answer.body).toEqual(renamed(unknown.body, 'wamid.never', id));
      }
    });

    it("does not send from another's number: the answer is that of an unknown number", async () => {
      const [own, foreign] = tenants();
      const answer = await send(own, bodyOf(own, { phone_number_id: numberOf(foreign) }));
      const unknown = await send(own, bodyOf(own, { phone_number_id: '999999' }));
      expect(answer).toMatchObject({ status: 404, body: { code: 'PHONE_NUMBER_NOT_FOUND' } });
      expect(answer.body).toEqual(renamed(unknown.body, '999999', numberOf(foreign)));
      expect(meta.requestsTo('/messages')).toEqual([]);
    });

    it("does not send another's template: the answer is that of an unknown template", async () => {
      const [own, foreign] = tenants();
      const answer = await send(own, bodyOf(own, { template_name: foreign.template }));
      const unknown = await send(own, bodyOf(own, { template_name: 'no_such_news' }));
      expect(answer).toMatchObject({ status: 404, body: { code: 'TEMPLATE_NOT_FOUND' } });
      expect(answer.body).toEqual(renamed(unknown.body, 'no_such_news', foreign.template));
      expect(meta.requestsTo('/messages')).toEqual([]);
    });

    it('asks Meta for what is unknown with its own token and for its own account alone', async () => {
      const [own, foreign] = tenants();
      const news = { template_name: `${foreign.template}_late`, phone_number_id: numberOf(own) };
      foreign.account.addTemplate({ ...sampleTemplates.plain, id: undefined, name: news.template_name });
      expect(await send(own, bodyOf(own, news))).toMatchObject({ status: 404 });
      const number = foreign.account.addPhoneNumber();
      expect(await send(own, bodyOf(own, { phone_number_id: number.id }))).toMatchObject({ status: 404 });
      expect(meta.requests.length).toBeGreaterThan(0);
      for (const { path, headers } of meta.requests) {
        expect(path).toContain(`/${own.account.id}/`);
        expect(headers.authorization).toBe(`Bearer ${own.account.accessToken}`);
      }
      // It is there, for those whose it is.
      expect(await send(foreign, bodyOf(foreign, { template_name: news.template_name }))).toMatchObject({
        status: 200,
      });
    });

    it("does not learn in which languages another's template is", async () => {
      const [own, foreign] = tenants();
      const foreignLanguage = foreign === north ? 'es' : 'de';
      const answer = await send(own, bodyOf(own, { template_name: 'shared', language: foreignLanguage }));
      expect(answer).toMatchObject({ status: 404, body: { code: 'TEMPLATE_NOT_FOUND' } });
      expect(answer.body.error).toMatch(new RegExp(`there is one in ${own === north ? 'es' : 'de'}\\.$`));
    });

    it('is listed with its own accounts, numbers, templates and name alone', async () => {
      const [own, foreign] = tenants();
      const { body } = await get(own, 'business-accounts');
      expect(body).toMatchObject({ companyName: own.workspace, apiKeyName: own.workspace });
      const [account, ...others] = body.businessAccounts;
      expect(others).toEqual([]);
      expect(account).toMatchObject({ businessName: own.workspace, phoneNumbers: [{ phoneNumberId: numberOf(own) }] });
      expect(account.templates.map(({ name }: { name: string }) => name)).toContain(own.template);
      const text = JSON.stringify(body);
      for (const word of [foreign.workspace, numberOf(foreign), foreign.account.id]) expect(text).not.toContain(word);
    });

    it("does not get another's answer by its Idempotency-Key", async () => {
      const [own, foreign] = tenants();
      const headers = { 'idempotency-key': `the same for ${own.workspace}` };
      const theirs = await send(foreign, bodyOf(foreign), headers);
      expect(await send(foreign, bodyOf(foreign), headers)).toMatchObject({
        body: { message_id: theirs.body.message_id },
      });
      const ours = await send(own, bodyOf(own), headers);
      expect(ours).toMatchObject({ status: 200 });
      expect(ours.body.message_id).not.toBe(theirs.body.message_id);
      const answer = await send(own, bodyOf(foreign), { 'idempotency-key': `${own.workspace} again` });
      expect(answer).toMatchObject({ status: 404 });
      expect(meta.requestsTo('/messages')).toHaveLength(2);
    });

    it('is kept to itself by the services, too', async () => {
      const [{ workspace }, foreign] = tenants();
      const { body } = await send(foreign, bodyOf(foreign));
      const { id } = foreign.account;
      const accounts = app.get(AccountsService);
      const template = { name: foreign.template, language: 'en_US', workspace };
      for (const [code, call] of [
        ['MESSAGE_NOT_FOUND', () => app.get(MessagesService).get(body.message_id, { workspace })],
        ['BUSINESS_ACCOUNT_NOT_FOUND', () => accounts.get(id, { workspace })],
        ['PHONE_NUMBER_NOT_FOUND', () => accounts.phoneNumber(numberOf(foreign), { workspace })],
        ['PHONE_NUMBER_NOT_FOUND', () => accounts.makePrimary(numberOf(foreign), { workspace })],
        ['PHONE_NUMBER_NOT_FOUND', () => accounts.registerPhoneNumber(numberOf(foreign), '123456', { workspace })],
        ['BUSINESS_ACCOUNT_NOT_FOUND', () => accounts.subscribeApp(id, { workspace })],
        ['TEMPLATE_NOT_FOUND', () => app.get(TemplatesService).get(template)],
        ['TEMPLATE_NOT_FOUND', () => app.get(TemplatesService).delete(template)],
        ['BUSINESS_ACCOUNT_NOT_FOUND', () => app.get(TemplatesService).get({ ...template, businessAccountId: id })],
        ['BUSINESS_ACCOUNT_NOT_FOUND', () => app.get(TemplatesService).list({ workspace, businessAccountId: id })],
        ['BUSINESS_ACCOUNT_NOT_FOUND', () => app.get(TemplatesService).sync({ workspace, businessAccountId: id })],
        ['API_KEY_NOT_FOUND', async () => app.get(ApiKeysService).revoke(await keyIdOf(foreign), { workspace })],
      ] as const) {
        await expect(call()).rejects.toMatchObject({ code });
      }
    });
  });

  it('may not share an account: the second one to add it is refused and gets nothing', async () => {
    const shop = meta.addAccount({ accessToken: 'shop-token' });
    const given = { businessAccountId: shop.id, accessToken: 'shop-token' };
    await app.get(AccountsService).add({ ...given, workspace: 'north' });
    const taking = app.get(AccountsService).add({ ...given, workspace: 'south' });
    await expect(taking).rejects.toMatchObject({ code: 'ACCOUNT_TAKEN' });
    const idsOf = async (workspace: string) =>
      (await app.get(AccountsService).list({ workspace })).map(({ businessAccountId }) => businessAccountId);
    expect(await idsOf('north')).toContain(shop.id);
    expect(await idsOf('south')).toEqual([south.account.id]);
  });

  it('may not share an account by configuration either: it stays where it is, and the start is stopped', async () => {
    const fresh = await sqlite.create();
    const startIn = (workspace: string) =>
      TestApp.start({
        adapter,
        meta,
        database: fresh.options,
        options: { accounts: [{ businessAccountId: north.account.id, accessToken: 'north-token', workspace }] },
      });
    await (await startIn('north'))[Symbol.asyncDispose]();
    const moved = startIn('south');
    await expect(moved).rejects.toThrow(ConfigurationError);
    await expect(moved).rejects.toThrow(/belongs to another workspace than "south"/);
    await fresh.drop();
  });

  it('and two keys of one: each has idempotency keys of its own', async () => {
    const { key } = await app.get(ApiKeysService).create({ name: 'second', workspace: 'north' });
    const headers = { 'idempotency-key': 'of two keys' };
    const first = await send(north, bodyOf(north), headers);
    const second = await send(north, bodyOf(north), { ...headers, 'x-api-key': key });
    expect(second).toMatchObject({ status: 200 });
    expect(second.body.message_id).not.toBe(first.body.message_id);
    expect(meta.sendsTo(PHONE)).toBe(2);
  });

  async function keyIdOf({ workspace }: Tenant): Promise<number> {
    const [apiKey] = await app.get(ApiKeysService).list({ workspace });
    if (!apiKey) throw new Error(`The workspace ${workspace} has no key.`);
    return apiKey.id;
  }
});
