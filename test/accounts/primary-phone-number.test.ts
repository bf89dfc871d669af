import type { Account } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { WorkspaceApp, type WorkspaceAppOptions } from './workspace-app.js';

const template = { name: 'greeting', language: 'es', components: [{ type: 'BODY', text: 'Hola' }] };
const TWO_NUMBERS = { accounts: [{ phoneNumbers: [{}, {}], templates: [template] }] };

const primaryOf = async ({ accounts, here }: WorkspaceApp) =>
  (await accounts.phoneNumber(undefined, here)).phoneNumberId;
const idsAtMeta = ({ meta }: WorkspaceApp) =>
  meta.accounts.flatMap(({ phoneNumbers }) => phoneNumbers.map(({ id }) => id));

const inOrder = ({ phoneNumbers }: Account) => ({ phoneNumberIds: phoneNumbers.map(({ id }) => id) });
const inReverse = (account: Account) => ({ phoneNumberIds: inOrder(account).phoneNumberIds.toReversed() });

describeOn('sqlite', 'The primary phone number', (kind) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  const start = (given: WorkspaceAppOptions = {}) => WorkspaceApp.start({ database, meta: TWO_NUMBERS, ...given });
  it('is the first of phoneNumberIds, whatever the order in which Meta lists them', async () => {
    await using scene = await start({
      configure: inReverse,
    });
    const [first, second] = idsAtMeta(scene);
    expect(await primaryOf(scene)).toBe(second);
    expect(scene.meta.requests).toEqual([]);
    await scene.accounts.sync(scene.here);
    expect(await primaryOf(scene)).toBe(second);
    expect(first).not.toBe(second);
  });

  it('is the first that Meta lists when none is configured, even before anything was fetched', async () => {
    await using scene = await start();
    expect(await scene.accounts.phoneNumbers(scene.here)).toEqual([]);
    expect(await primaryOf(scene)).toBe(idsAtMeta(scene)[0]);
  });

  it('is a number of the first configured account', async () => {
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}] }, { phoneNumbers: [{}] }] } });
    await scene.accounts.sync(scene.here);
    expect(await primaryOf(scene)).toBe(idsAtMeta(scene)[0]);
  });

  it('sends where no number is named', async () => {
    await using scene = await start();
    const message = { ...scene.here, template: 'greeting', language: 'es', to: '+5491112345678' };
    const [first, second] = idsAtMeta(scene);
    expect(await scene.messages.sendTemplate(message)).toMatchObject({ phoneNumberId: first });
    await scene.accounts.makePrimary(String(second), scene.here);
    expect(await scene.messages.sendTemplate(message)).toMatchObject({ phoneNumberId: second });
    expect(scene.meta.messages.map(({ phoneNumberId }) => phoneNumberId)).toEqual([first, second]);
  });

  it('stays the one that was made primary, over fetches and restarts', async () => {
    await using scene = await start({
      configure: inOrder,
    });
    const [, second] = idsAtMeta(scene);
    const made = await scene.accounts.makePrimary(String(second), scene.here);
    expect(made).toMatchObject({ phoneNumberId: second, isPrimary: true });
    const primary = (await scene.accounts.phoneNumbers(scene.here)).filter(({ isPrimary }) => isPrimary);
    expect(primary).toEqual([made]);
    await scene.accounts.sync(scene.here);
    await scene.restart();
    await scene.accounts.sync(scene.here);
    expect(await primaryOf(scene)).toBe(second);
  });

  it('follows the order of phoneNumberIds from the next start, unless one was made primary', async () => {
    await using scene = await start({ configure: inOrder });
    const [first, second] = idsAtMeta(scene);
    expect(await primaryOf(scene)).toBe(first);
    await scene.restart({ configure: inReverse });
    expect(await primaryOf(scene)).toBe(second);
    await scene.accounts.makePrimary(String(second), scene.here);
    await scene.restart({ configure: inOrder });
    expect(await primaryOf(scene)).toBe(second);
    expect(scene.meta.requests).toEqual([]);
  });

  it('is looked up at Meta before it is made primary', async () => {
    await using scene = await start();
    const [, second] = idsAtMeta(scene);
    expect(await scene.accounts.makePrimary(String(second), scene.here)).toMatchObject({ phoneNumberId: second });
    await expect(scene.accounts.makePrimary('404404404404404', scene.here)).rejects.toMatchObject({
      code: 'PHONE_NUMBER_NOT_FOUND',
    });
    expect(await primaryOf(scene)).toBe(second);
  });

  it('gives its place to another when Meta no longer lists it, and does not take it back', async () => {
    await using scene = await start();
    await scene.accounts.sync(scene.here);
    const [first, second] = idsAtMeta(scene);
    const gone = scene.meta.account.phoneNumbers.splice(0, 1);
    await scene.accounts.sync(scene.here);
    expect(await primaryOf(scene)).toBe(second);
    scene.meta.account.phoneNumbers.unshift(...gone);
    await scene.accounts.sync(scene.here);
    expect(idsAtMeta(scene)).toEqual([first, second]);
    expect(await primaryOf(scene)).toBe(second);
  });

  it('gives its place to a number of another account, when its own has no more', async () => {
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}] }, { phoneNumbers: [{}] }] } });
    await scene.accounts.sync(scene.here);
    const [first, second] = idsAtMeta(scene);
    await scene.accounts.makePrimary(String(second), scene.here);
    // So that what was asked for lately is remembered.
    await expect(scene.accounts.phoneNumber('404404404404404', scene.here)).rejects.toThrow('no phone number');
    scene.meta.accounts[1]?.phoneNumbers.pop();
    await scene.accounts.sync(scene.here);
    expect(await primaryOf(scene)).toBe(first);
    const numbers = await scene.accounts.phoneNumbers(scene.here);
    expect(numbers).toMatchObject([{ phoneNumberId: first, isPrimary: true }]);
  });

  it('is missing, in plain words, where a workspace has no number', async () => {
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [] }] } });
    await expect(primaryOf(scene)).rejects.toThrow('The workspace has no phone number to send from.');
  });
});
