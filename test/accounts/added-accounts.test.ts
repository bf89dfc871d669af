import { randomBytes } from 'node:crypto';
import type { Account } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConfigurationError, ValidationError } from '../../lib/errors.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { WorkspaceApp, type WorkspaceAppOptions } from './workspace-app.js';

const newKey = () => randomBytes(32).toString('base64');
const template = { name: 'greeting', language: 'es', components: [{ type: 'BODY', text: 'Hola' }] };

const add = (scene: WorkspaceApp, more: object = {}) => {
  const { id: businessAccountId, accessToken } = scene.meta.account;
  return scene.accounts.add({ ...scene.here, businessAccountId, accessToken, ...more });
};
const storedToken = async (scene: WorkspaceApp): Promise<unknown> => {
  const rows = await scene.query(
    `SELECT * FROM whatsapp_business_accounts WHERE business_account_id = '${scene.meta.account.id}'`,
  );
  return rows.map((row) => row['credential_encrypted'])[0];
};
const everythingStored = async (scene: WorkspaceApp): Promise<string> =>
  JSON.stringify([
    await scene.query('SELECT * FROM whatsapp_business_accounts'),
    await scene.query('SELECT * FROM whatsapp_phone_numbers'),
    await scene.query('SELECT * FROM whatsapp_workspaces'),
  ]);
const send = ({ messages, here }: WorkspaceApp) =>
  messages.sendTemplate({ ...here, template: 'greeting', language: 'es', to: '+5491112345678' });

/** Looks like one of Meta's. */
function newToken(): string {
  return `EAA${randomBytes(24).toString('hex')}`;
}

describeOn('sqlite', 'AccountsService.add()', (kind) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  /** An app without a configured account; the stand-in has one with a token of its own. */
  const start = (given: WorkspaceAppOptions = {}) =>
    WorkspaceApp.start({
      database,
      meta: { accounts: [{ accessToken: newToken(), phoneNumbers: [{}], templates: [template] }] },
      configure: () => null,
      options: { encryptionKeys: [newKey()] },
      ...given,
    });

  it('fetches the account and its numbers, which can send at once', async () => {
    await using scene = await start();
    const added = await add(scene);
    expect(added).toMatchObject({ businessAccountId: scene.meta.account.id, name: scene.meta.account.name });
    expect(added.syncedAt).toBeInstanceOf(Date);
    expect(await scene.accounts.phoneNumbers(scene.here)).toMatchObject([{ phoneNumberId: scene.meta.phoneNumber.id }]);
    expect(await send(scene)).toMatchObject({ status: 'sent' });
  });

  it('stores the token encrypted and shows it nowhere', async () => {
    await using scene = await start();
    const added = await add(scene);
    const { accessToken } = scene.meta.account;
    expect(await storedToken(scene)).toMatch(/^[\w-]{8}(\.[\w-]+){3}$/);
    const texts = [await everythingStored(scene), JSON.stringify([added, await scene.accounts.list(scene.here)])];
    for (const text of texts) {
      expect(text).toContain(scene.meta.account.id);
      expect(text).not.toContain(accessToken);
      expect(text).not.toContain(Buffer.from(accessToken).toString('base64').slice(4, -4));
      expect(text).not.toContain(Buffer.from(accessToken).toString('hex'));
    }
    expect(texts[1]).not.toContain(await storedToken(scene));
  });

  it('lets the account be used after a restart', async () => {
    await using scene = await start();
    await add(scene);
    await scene.restart();
    await scene.accounts.sync(scene.here);
    expect(await send(scene)).toMatchObject({ status: 'sent' });
  });

  it('rotates the key: the old one still decrypts, and then is needed no more', async () => {
    const [old, fresh] = [newKey(), newKey()];
    await using scene = await start({ options: { encryptionKeys: [old] } });
    await add(scene);
    const before = await storedToken(scene);

    await scene.restart({ options: { encryptionKeys: [fresh, old] } });
    expect(await storedToken(scene)).toBe(before);
    expect(await send(scene)).toMatchObject({ status: 'sent' });
    const after = await storedToken(scene);
    expect(after).not.toBe(before);
    await scene.accounts.sync(scene.here);
    expect(await storedToken(scene)).toBe(after);

    await scene.restart({ options: { encryptionKeys: [fresh] } });
    expect(await send(scene)).toMatchObject({ status: 'sent' });
  });

  it.each([
    ['another key', [newKey()]],
    ['no key', []],
  ])('says which option is wrong when there is %s after a restart', async (_, encryptionKeys) => {
    await using scene = await start();
    await add(scene);
    await scene.restart({ options: { encryptionKeys } });
    const error = await send(scene).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toMatch(new RegExp(`${scene.meta.account.id}.*encryptionKeys no longer has`));
    expect(scene.meta.messageCount).toBe(0);
  });

  it('takes the account with its token again when the key was lost', async () => {
    await using scene = await start();
    await add(scene);
    await scene.restart({ options: { encryptionKeys: [newKey()] } });
    await add(scene);
    expect(await send(scene)).toMatchObject({ status: 'sent' });
  });

  it('stores nothing without an encryption key, and says how to make one', async () => {
    await using scene = await start({ options: {} });
    const before = await everythingStored(scene);
    const error = await add(scene).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toMatch(/encryptionKeys: .*openssl rand -base64 32/);
    expect(await everythingStored(scene)).toBe(before);
    expect(scene.meta.requests).toEqual([]);
  });

  it.each([
    ['a token that Meta does not know', () => ({ accessToken: 'EAAunknown' })],
    ['an account that Meta does not show', () => ({ businessAccountId: '404404404404404' })],
    [
      'a phone number in place of an account',
      ({ phoneNumbers }: Account) => ({ businessAccountId: phoneNumbers[0]?.id }),
    ],
    ['a template in place of an account', ({ templates }: Account) => ({ businessAccountId: templates[0]?.id })],
  ])('stores nothing of %s', async (_, wrongOf) => {
    await using scene = await start();
    const before = await everythingStored(scene);
    await expect(add(scene, wrongOf(scene.meta.account))).rejects.toMatchObject({ name: 'MetaApiError' });
    expect(await everythingStored(scene)).toBe(before);
  });

  it('stores nothing when Meta is not reached', async () => {
    await using scene = await start();
    const before = await everythingStored(scene);
    await scene.meta.down();
    await expect(add(scene)).rejects.toMatchObject({ code: 'META_UNREACHABLE' });
    await scene.meta.up();
    expect(await everythingStored(scene)).toBe(before);
  });

  it.each([{ accessToken: '' }, { accessToken: ' ' }, { accessToken: 'EAA\n' }, { businessAccountId: ' 1' }])(
    'refuses %j without asking Meta',
    async (wrong) => {
      await using scene = await start();
      await expect(add(scene, wrong)).rejects.toThrow(ValidationError);
      expect(scene.meta.requests).toEqual([]);
    },
  );

  it('keeps the token that works when the new one does not, and takes a new one that does', async () => {
    await using scene = await start();
    await add(scene);
    const before = await storedToken(scene);
    await expect(add(scene, { accessToken: 'EAAunknown' })).rejects.toMatchObject({ metaCode: 190 });
    expect(await storedToken(scene)).toBe(before);
    expect(await send(scene)).toMatchObject({ status: 'sent' });

    scene.meta.account.accessToken = newToken();
    await expect(send(scene)).rejects.toMatchObject({ metaCode: 190 });
    await add(scene);
    expect(await send(scene)).toMatchObject({ status: 'sent' });
    expect(await scene.accounts.list(scene.here)).toHaveLength(1);
  });
});
