import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ApiKeyRows } from '../../lib/auth/api-key-rows.js';
import { ValidationError } from '../../lib/errors.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { type ApiKeyProcess, startProcess } from './api-key-process.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const setClock = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: time });

describeEachDatabase('ApiKeysService', (database) => {
  let fresh: FreshDatabase;
  let here: ApiKeyProcess;
  let elsewhere: ApiKeyProcess;

  beforeAll(async () => {
    fresh = await database.create();
    here = await startProcess(fresh);
    elsewhere = await startProcess(fresh, { cacheTtl: 50 });
  });
  afterAll(async () => {
    await here.stop();
    await elsewhere.stop();
    await fresh.drop();
  });
  afterEach(() => vi.useRealTimers());

  const everythingStored = async () => JSON.stringify(await here.dataSource.query('SELECT * FROM whatsapp_api_keys'));

  it('keeps of a key its SHA-256 and its hint, and shows it nowhere again', async () => {
    const { key, apiKey } = await here.apiKeys.create({ name: 'Production' });
    expect(key).toMatch(/^whatsapp_[A-Za-z0-9_-]{43}$/);
    expect(apiKey).toMatchObject({
      name: 'Production',
      workspace: 'default',
      hint: key.slice(0, 13),
      abilities: ['*'],
    });

    const hash = createHash('sha256').update(key).digest('hex');
    const shown = JSON.stringify([apiKey, await here.apiKeys.list(), await here.apiKeys.verify(key)]);
    expect(await everythingStored()).toContain(hash);
    for (const secret of [key, key.slice('whatsapp_'.length), key.slice(13)]) {
      expect(await everythingStored()).not.toContain(secret);
      expect(shown).not.toContain(secret);
    }
    expect(shown).not.toContain(hash);
  });

  it('says whom a key stands for, in every process from the moment it is made', async () => {
    const input = { name: ' Shop ', workspace: 'shop', abilities: ['messages.send', 'messages.send'] } as const;
    const { key, apiKey } = await here.apiKeys.create({ ...input, prefix: 'shop-' });
    expect(key).toMatch(/^shop-/);
    const verified = await elsewhere.apiKeys.verify(key);
    expect(verified).toEqual({
      apiKeyId: apiKey.id,
      name: 'Shop',
      workspace: 'shop',
      workspaceId: expect.any(Number),
      abilities: ['messages.send'],
    });
    expect(await here.apiKeys.verify(key)).toEqual(verified);
    expect(await here.apiKeys.verify(key)).toEqual(verified); // now from memory
  });

  it('knows no key that was not made, however much it looks like one', async () => {
    const { key } = await here.apiKeys.create({ name: 'Looks' });
    const swapped = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
    for (const wrong of [
      '',
      'x',
      swapped,
      key.toUpperCase(),
      `${key} `,
      `${key}\n`,
      'ñ'.repeat(40),
      'x'.repeat(10_000),
    ]) {
      expect(await here.apiKeys.verify(wrong)).toBeNull();
    }
  });

  it('names everything that is wrong with a key to be made', async () => {
    const wrong = { name: '\n', workspace: 'No Name', expiresAt: new Date(0), prefix: 'with space' };
    // @ts-expect-error: "everything" is no ability, but a command line may say so
    const creation = here.apiKeys.create({ ...wrong, abilities: ['messages.send', 'everything', '*'] });
    const refusal: unknown = await creation.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ValidationError);
    expect(refusal).toMatchObject({
      problems: ['name', 'workspace', 'abilities[1]', 'expiresAt', 'prefix'].map((path) => ({ path })),
    });
  });

  it.each([
    ['name', { name: 'x'.repeat(256) }],
    ['abilities', { abilities: [] }],
    ['expiresAt', { expiresAt: new Date(NaN) }],
    ['prefix', { prefix: 'x'.repeat(25) }],
    ['prefix', { prefix: 'ключ_' }],
  ])('refuses a wrong %s: %j', async (path, fields) => {
    await expect(here.apiKeys.create({ name: 'Wrong', ...fields })).rejects.toMatchObject({ problems: [{ path }] });
  });

  it('refuses a key from the moment it expires, also while it is remembered', async () => {
    const expiresAt = new Date(Date.now() + HOUR);
    const { key } = await here.apiKeys.create({ name: 'Short', expiresAt });
    setClock(expiresAt.getTime() - 1);
    expect(await here.apiKeys.verify(key)).not.toBeNull();
    setClock(expiresAt.getTime());
    expect(await here.apiKeys.verify(key)).toBeNull();
  });

  it('refuses a revoked key at once here, and soon in other processes that remember it', async () => {
    const { key, apiKey } = await here.apiKeys.create({ name: 'Leaked' });
    expect(await here.apiKeys.verify(key)).not.toBeNull();
    expect(await elsewhere.apiKeys.verify(key)).not.toBeNull();

    const { revokedAt } = await here.apiKeys.revoke(apiKey.id);
    expect(revokedAt).toBeInstanceOf(Date);
    expect(await here.apiKeys.verify(key)).toBeNull();
    await vi.waitFor(async () => expect(await elsewhere.apiKeys.verify(key)).toBeNull());
    expect(await here.apiKeys.revoke(apiKey.id)).toMatchObject({ revokedAt });
  });

  it('does not remember a key that was revoked while it was being read', async () => {
    const { key, apiKey } = await here.apiKeys.create({ name: 'Contested' });
    const rows = here.module.get(ApiKeyRows);
    const findByHash = rows.findByHash.bind(rows);
    vi.spyOn(rows, 'findByHash').mockImplementationOnce(async (keyHash) => {
      const stored = await findByHash(keyHash);
      await here.apiKeys.revoke(apiKey.id);
      return stored;
    });
    expect(await here.apiKeys.verify(key)).not.toBeNull(); // asked before it was revoked
    expect(await here.apiKeys.verify(key)).toBeNull();
  });

  it('remembers nothing where cacheTtl is 0', async () => {
    const forgetful = await startProcess(fresh, { cacheTtl: 0 });
    const { key, apiKey } = await here.apiKeys.create({ name: 'Looked up' });
    expect(await forgetful.apiKeys.verify(key)).not.toBeNull();
    await here.apiKeys.revoke(apiKey.id);
    expect(await forgetful.apiKeys.verify(key)).toBeNull();
    await forgetful.stop();
  });

  it('lists the keys of one workspace or of all, oldest first', async () => {
    const { apiKey: first } = await here.apiKeys.create({ name: 'First', workspace: 'listed' });
    const { apiKey: second } = await here.apiKeys.create({ name: 'Second', workspace: 'listed' });
    expect(await here.apiKeys.list({ workspace: 'listed' })).toEqual([first, second]);
    expect(await here.apiKeys.list({ workspace: 'nobody' })).toEqual([]);
    expect(await here.apiKeys.list()).toEqual(expect.not.arrayContaining([first]));
    expect(await here.apiKeys.list({ workspace: '*' })).toEqual(expect.arrayContaining([first, second]));
  });

  it("finds no other workspace's key", async () => {
    const { key, apiKey } = await here.apiKeys.create({ name: 'Ours', workspace: 'ours' });
    const refusal = { code: 'API_KEY_NOT_FOUND' };
    for (const id of [0, -1, 1.5, NaN, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      await expect(here.apiKeys.revoke(id)).rejects.toMatchObject(refusal);
    }
    await expect(here.apiKeys.revoke(apiKey.id)).rejects.toMatchObject(refusal);
    await expect(here.apiKeys.revoke(apiKey.id, { workspace: 'theirs' })).rejects.toMatchObject(refusal);
    await expect(here.apiKeys.rotate(apiKey.id, { workspace: 'theirs' })).rejects.toMatchObject(refusal);
    expect(await here.apiKeys.verify(key)).not.toBeNull();
    await here.apiKeys.revoke(apiKey.id, { workspace: 'ours' });
    expect(await here.apiKeys.verify(key)).toBeNull();
  });

  it('rotates a key: the new one may do the same, the old one works for the grace time', async () => {
    const now = Date.now();
    const made = { name: 'Rotated', workspace: 'rotation', abilities: ['templates.read'], prefix: 'shop_' } as const;
    const { key: old, apiKey } = await here.apiKeys.create(made);
    expect(await here.apiKeys.verify(old)).not.toBeNull();

    setClock(now);
    const { key, apiKey: next } = await here.apiKeys.rotate(apiKey.id, { workspace: 'rotation', graceTime: HOUR });
    const { name, workspace, abilities } = made;
    expect(next).toMatchObject({ name, workspace, abilities, hint: key.slice(0, 9), expiresAt: null });
    expect(next.id).not.toBe(apiKey.id);
    expect(key).toMatch(/^shop_.{43}$/);

    setClock(now + HOUR - 1);
    expect(await here.apiKeys.verify(old)).toMatchObject({ apiKeyId: apiKey.id });
    setClock(now + HOUR);
    expect(await here.apiKeys.verify(old)).toBeNull();
    expect(await here.apiKeys.verify(key)).toMatchObject({ apiKeyId: next.id });
    await expect(here.apiKeys.rotate(apiKey.id, { workspace: 'rotation' })).rejects.toMatchObject({
      code: 'API_KEY_EXPIRED',
    });
  });

  it('lets no key live longer by rotating it', async () => {
    const expiresAt = new Date(Date.now() + HOUR);
    const { apiKey } = await here.apiKeys.create({ name: 'Temporary', workspace: 'temporary', expiresAt });
    await here.apiKeys.rotate(apiKey.id, { workspace: 'temporary' });
    await here.apiKeys.rotate(apiKey.id, { workspace: 'temporary', expiresAt: null });
    const expiries = (await here.apiKeys.list({ workspace: 'temporary' })).map((listed) => listed.expiresAt);
    expect(expiries).toEqual([expiresAt, expiresAt, null]);
  });

  it('gives the old key a day where no grace time is named, and none where it is 0', async () => {
    const { key, apiKey } = await here.apiKeys.create({ name: 'Daily', workspace: 'daily' });
    const now = Date.now();
    setClock(now);
    await here.apiKeys.rotate(apiKey.id, { workspace: '*' });
    expect((await here.apiKeys.list({ workspace: 'daily' }))[0]?.expiresAt).toEqual(new Date(now + DAY));
    await here.apiKeys.rotate(apiKey.id, { workspace: 'daily', graceTime: 0 });
    expect(await here.apiKeys.verify(key)).toBeNull();
  });

  it('rotates no revoked key, and by no impossible grace time', async () => {
    const { apiKey } = await here.apiKeys.create({ name: 'Done', workspace: 'done' });
    for (const graceTime of [-1, 0.5, NaN, Infinity]) {
      const refusal = { problems: [{ path: 'graceTime' }] };
      await expect(here.apiKeys.rotate(apiKey.id, { graceTime })).rejects.toMatchObject(refusal);
    }
    await here.apiKeys.revoke(apiKey.id, { workspace: 'done' });
    await expect(here.apiKeys.rotate(apiKey.id, { workspace: 'done' })).rejects.toMatchObject({
      code: 'API_KEY_REVOKED',
    });
    expect(await here.apiKeys.list({ workspace: 'done' })).toHaveLength(1);
  });
});
