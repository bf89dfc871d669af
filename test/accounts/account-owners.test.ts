import { randomBytes } from 'node:crypto';
import { AccountsService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { databases, describeOn, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';
import { WorkspaceApp, type WorkspaceAppOptions } from './workspace-app.js';

const encryptionKeys = [randomBytes(32).toString('base64')];
const template = { name: 'greeting', language: 'es', components: [{ type: 'BODY', text: 'Hola' }] };
const message = { template: 'greeting', language: 'es', to: '+5491112345678' };

describeOn('sqlite', 'Whose an account is', (kind) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  const start = (given: WorkspaceAppOptions = {}) =>
    WorkspaceApp.start({
      database,
      meta: { accounts: [{ phoneNumbers: [{}], templates: [template] }] },
      options: { encryptionKeys },
      ...given,
    });

  it('keeps the accounts, numbers and templates of two workspaces apart', async () => {
    const [here, there] = ['tenant-a', 'tenant-b'].map((workspace) => ({ workspace }));
    const accounts = ['EAAa', 'EAAb'].map((accessToken) => ({
      accessToken,
      phoneNumbers: [{}],
      templates: [template],
    }));
    await using scene = await start({ meta: { accounts }, configure: () => null });
    const [a, b] = scene.meta.accounts;
    if (!a || !b) throw new Error('There should be two accounts.');
    await scene.accounts.add({ ...here, businessAccountId: a.id, accessToken: 'EAAa' });
    await scene.accounts.add({ ...there, businessAccountId: b.id, accessToken: 'EAAb' });

    for (const [where, own, foreign] of [
      [here, a, b],
      [there, b, a],
    ] as const) {
      expect(await scene.accounts.list(where)).toMatchObject([{ businessAccountId: own.id }]);
      expect(await scene.accounts.phoneNumbers(where)).toMatchObject([{ phoneNumberId: own.phoneNumbers[0]?.id }]);
      expect(await scene.accounts.phoneNumber(undefined, where)).toMatchObject({
        phoneNumberId: own.phoneNumbers[0]?.id,
      });
      await expect(scene.accounts.get(foreign.id, where)).rejects.toMatchObject({
        code: 'BUSINESS_ACCOUNT_NOT_FOUND',
      });
      const foreignNumber = String(foreign.phoneNumbers[0]?.id);
      await expect(scene.accounts.makePrimary(foreignNumber, where)).rejects.toMatchObject({
        code: 'PHONE_NUMBER_NOT_FOUND',
      });
      await expect(
        scene.messages.sendTemplate({ ...where, ...message, phoneNumberId: foreignNumber }),
      ).rejects.toMatchObject({ code: 'PHONE_NUMBER_NOT_FOUND' });
      expect(await scene.messages.sendTemplate({ ...where, ...message })).toMatchObject({
        phoneNumberId: own.phoneNumbers[0]?.id,
      });
    }
  });

  it('knows no workspace that has nothing', async () => {
    await using scene = await start();
    const nobody = { workspace: 'nobody' };
    const asked = await Promise.allSettled([
      scene.accounts.list(nobody),
      scene.accounts.phoneNumbers(nobody),
      scene.accounts.phoneNumber(scene.meta.phoneNumber.id, nobody),
      scene.accounts.sync(nobody),
    ]);
    const reason = expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND' });
    expect(asked).toEqual(asked.map(() => ({ status: 'rejected', reason })));
  });

  it('fetches the accounts of one workspace alone', async () => {
    await using scene = await start();
    await using other = await start();
    await scene.accounts.sync(scene.here);
    expect(scene.meta.requests.length).toBeGreaterThan(0);
    expect(other.meta.requests).toEqual([]);
  });

  it('makes one account of several that are added at the same time', async () => {
    await using scene = await start({ configure: () => null });
    const { id: businessAccountId, accessToken } = scene.meta.account;
    const add = () => scene.accounts.add({ ...scene.here, businessAccountId, accessToken });
    const added = await Promise.all([add(), add(), add(), add()]);
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    expect(await scene.accounts.phoneNumbers(scene.here)).toMatchObject([{ phoneNumberId: scene.meta.phoneNumber.id }]);
    expect(await scene.messages.sendTemplate({ ...scene.here, ...message })).toMatchObject({ status: 'sent' });
  });

  it('lets several processes start at the same time with an account that is new to all', async () => {
    await using meta = await GraphApiServer.start({ accounts: [{ phoneNumbers: [{}, {}] }] });
    const { id: businessAccountId, phoneNumbers } = meta.account;
    const phoneNumberIds = phoneNumbers.map(({ id }) => id).toReversed();
    const account = {
      businessAccountId,
      accessToken: meta.accessToken,
      workspace: 'several-processes',
      phoneNumberIds,
    };
    const process = () => TestApp.start({ meta, database: database.options, options: { accounts: [account] } });
    const [first, ...rest] = await Promise.all([process(), process(), process()]);
    for (const app of [first, ...rest]) {
      const found = await app.get(AccountsService).phoneNumber(undefined, { workspace: 'several-processes' });
      expect(found).toMatchObject({ phoneNumberId: phoneNumberIds[0] });
    }
    expect(await first.get(AccountsService).phoneNumbers({ workspace: 'several-processes' })).toHaveLength(2);
    await Promise.all([first, ...rest].map((app) => app[Symbol.asyncDispose]()));
  });

  it('does not give an account to a second workspace', async () => {
    await using scene = await start({ configure: () => null });
    const { id: businessAccountId, accessToken } = scene.meta.account;
    await scene.accounts.add({ ...scene.here, businessAccountId, accessToken });
    await expect(
      scene.accounts.add({ workspace: 'someone-else', businessAccountId, accessToken }),
    ).rejects.toMatchObject({ name: 'ConflictError', code: 'ACCOUNT_TAKEN' });
    expect(await scene.accounts.list(scene.here)).toMatchObject([{ businessAccountId }]);
  });

  it('does not start with an account in the options that another workspace has', async () => {
    await using scene = await start();
    const elsewhere = scene.restart({ configure: () => ({ workspace: 'someone-else' }) });
    await expect(elsewhere).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringMatching(/belongs to another workspace than "someone-else".*name that one/),
    });
    await scene.restart();
  });

  it('lets the options keep their account to themselves', async () => {
    await using scene = await start();
    const { id: businessAccountId, accessToken } = scene.meta.account;
    await expect(scene.accounts.add({ ...scene.here, businessAccountId, accessToken })).rejects.toMatchObject({
      code: 'ACCOUNT_CONFIGURED',
      message: expect.stringContaining('Change it there'),
    });
    await expect(scene.accounts.remove(businessAccountId, scene.here)).rejects.toMatchObject({
      code: 'ACCOUNT_CONFIGURED',
    });
    expect(scene.meta.requests).toEqual([]);
  });

  it("uses the options' token where the database has another", async () => {
    await using scene = await start({ configure: () => null });
    const { id: businessAccountId, accessToken } = scene.meta.account;
    await scene.accounts.add({ ...scene.here, businessAccountId, accessToken });
    scene.meta.account.accessToken = 'EAAnewer';
    await expect(scene.accounts.sync(scene.here)).rejects.toThrow(MetaApiError);
    await scene.restart({ configure: () => ({}) });
    await scene.accounts.sync(scene.here);
    expect(scene.meta.requests.at(-1)?.headers.authorization).toBe('Bearer EAAnewer');
  });

  it('says what to do about an account that the options no longer have', async () => {
    await using scene = await start();
    await scene.accounts.sync(scene.here);
    await scene.restart({ configure: () => null });
    await expect(scene.accounts.sync(scene.here)).rejects.toMatchObject({
      code: 'ACCESS_TOKEN_MISSING',
      message: expect.stringMatching(/accounts of WhatsAppModule's options, or call AccountsService.add\(\)/),
    });
  });
});

async function fileDatabase(): Promise<FreshDatabase & AsyncDisposable> {
  const [sqlite] = databases;
  if (!sqlite) throw new Error('SQLite should be the first.');
  const database = await sqlite.create();
  return { ...database, [Symbol.asyncDispose]: () => database.drop() };
}

describe('An app that demands the proof of its secret', () => {
  const meta = { requireAppSecretProof: true, accounts: [{ phoneNumbers: [{}], templates: [template] }] };

  it('is served with appSecretProof and the account’s appSecret', async () => {
    await using scene = await WorkspaceApp.start({ meta });
    const { appSecret, url } = scene.meta;
    await scene.restart({
      configure: () => ({ appSecret }),
      options: { graph: { baseUrl: url, appSecretProof: true } },
    });
    await scene.accounts.sync(scene.here);
    await scene.accounts.subscribeApp(scene.meta.account.id, scene.here);
    expect(await scene.messages.sendTemplate({ ...scene.here, ...message })).toMatchObject({ status: 'sent' });
    expect(JSON.stringify(scene.meta.requests)).not.toContain(appSecret);
  });

  it('is served for an account that was added with its appSecret', async () => {
    await using database = await fileDatabase();
    await using scene = await WorkspaceApp.start({ meta, database, configure: () => null });
    const { appSecret, accessToken, url } = scene.meta;
    const { id: businessAccountId } = scene.meta.account;
    await scene.restart({ options: { encryptionKeys, graph: { baseUrl: url, appSecretProof: true } } });
    const account = { ...scene.here, businessAccountId, accessToken };
    await expect(scene.accounts.add(account)).rejects.toMatchObject({ metaCode: 100 });
    await scene.accounts.add({ ...account, appSecret });
    await scene.restart({ options: { encryptionKeys, graph: { baseUrl: url, appSecretProof: true } } });
    expect(await scene.messages.sendTemplate({ ...scene.here, ...message })).toMatchObject({ status: 'sent' });
    expect(JSON.stringify(await scene.query('SELECT * FROM whatsapp_business_accounts'))).not.toContain(appSecret);
  });

  it.each([
    ['the option is off', 'right', false],
    ['the secret is not known', undefined, true],
    ['the secret is another one', 'f00d'.repeat(8), true],
  ])('refuses, in Meta’s words, when %s', async (_, secret, appSecretProof) => {
    await using scene = await WorkspaceApp.start({ meta });
    const appSecret = secret === 'right' ? scene.meta.appSecret : secret;
    await scene.restart({
      configure: () => ({ appSecret }),
      options: { graph: { baseUrl: scene.meta.url, appSecretProof } },
    });
    await expect(scene.accounts.sync(scene.here)).rejects.toMatchObject({
      name: 'MetaApiError',
      metaCode: 100,
      metaMessage: expect.stringContaining('appsecret_proof'),
    });
  });
});
