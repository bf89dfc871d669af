import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { type ApiKeyProcess, startProcess } from './api-key-process.js';

const newKey = () => randomBytes(24).toString('hex');

describeEachDatabase('ApiKeysService.register', (database) => {
  let fresh: FreshDatabase;
  let here: ApiKeyProcess;
  let elsewhere: ApiKeyProcess;

  beforeAll(async () => {
    fresh = await database.create();
    here = await startProcess(fresh);
    elsewhere = await startProcess(fresh);
  });
  afterAll(async () => {
    await here.stop();
    await elsewhere.stop();
    await fresh.drop();
  });

  it('takes a key of the host, of which four characters are shown', async () => {
    const key = newKey();
    expect(await elsewhere.apiKeys.verify(key)).toBeNull();
    const apiKey = await here.apiKeys.register({ key, name: 'Environment', abilities: ['messages.send'] });
    expect(apiKey).toMatchObject({ name: 'Environment', workspace: 'default', hint: key.slice(0, 4), expiresAt: null });
    // There it was tried before it was made.
    await expect
      .poll(() => elsewhere.apiKeys.verify(key), { timeout: 5_000 })
      .toMatchObject({ apiKeyId: apiKey.id, abilities: ['messages.send'] });
  });

  it('knows the prefix of a key that this module once made', async () => {
    const key = `whatsapp_${newKey()}`;
    expect(await here.apiKeys.register({ key, name: 'Copied' })).toMatchObject({ hint: key.slice(0, 13) });
    const short = 'whatsapp_1234567';
    expect(await here.apiKeys.register({ key: short, name: 'Short' })).toMatchObject({ hint: 'what' });
  });

  it('makes one row of a key that several processes register at once', async () => {
    const wanted = { key: newKey(), name: 'Raced', workspace: 'raced' };
    const processes = [here, elsewhere, here, elsewhere, here, elsewhere];
    const registered = await Promise.all(processes.map(({ apiKeys }) => apiKeys.register(wanted)));
    expect(new Set(registered.map(({ id }) => id)).size).toBe(1);
    expect(await here.apiKeys.list({ workspace: 'raced' })).toHaveLength(1);
  });

  it('takes over a new name and new abilities, at once in this process', async () => {
    const key = newKey();
    const { id } = await here.apiKeys.register({ key, name: 'Before', workspace: 'renamed' });
    expect(await here.apiKeys.verify(key)).toMatchObject({ name: 'Before', abilities: ['*'] });
    const changed = { name: 'After', abilities: ['templates.read'] } as const;
    const registered = await here.apiKeys.register({ ...changed, key, workspace: 'renamed' });
    expect(registered).toMatchObject({ ...changed, id });
    expect(await here.apiKeys.verify(key)).toMatchObject(changed);
    expect(await here.apiKeys.list({ workspace: 'renamed' })).toMatchObject([{ ...changed, id }]);
  });

  it('leaves a revoked or expired key as it is, and says so', async () => {
    const [revoked, rotated] = [newKey(), newKey()];
    const { id } = await here.apiKeys.register({ key: revoked, name: 'Revoked' });
    await here.apiKeys.revoke(id);
    const { id: rotatedId } = await here.apiKeys.register({ key: rotated, name: 'Rotated' });
    await here.apiKeys.rotate(rotatedId, { graceTime: 0 });

    const again = here.apiKeys.register({ key: revoked, name: 'Again' });
    await expect(again).rejects.toMatchObject({ code: 'API_KEY_REVOKED', message: expect.stringContaining('revoked') });
    await expect(here.apiKeys.register({ key: rotated, name: 'Again' })).rejects.toMatchObject({
      code: 'API_KEY_EXPIRED',
    });
    expect(await here.apiKeys.verify(revoked)).toBeNull();
    expect(await here.apiKeys.verify(rotated)).toBeNull();
  });

  it('moves no key to another workspace', async () => {
    const key = newKey();
    await here.apiKeys.register({ key, name: 'Theirs', workspace: 'theirs' });
    const refusal = await here.apiKeys
      .register({ key, name: 'Ours', workspace: 'ours' })
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'API_KEY_WORKSPACE' });
    expect(String(refusal)).not.toContain(key);
    expect(await here.apiKeys.verify(key)).toMatchObject({ workspace: 'theirs', name: 'Theirs' });
  });

  it.each([
    ['15 characters', 'fifteen-letters'],
    ['a space', 'sixteen letters!'],
    ['a letter outside of ASCII', 'schlüssel-mit-umlaut'],
    ['513 characters', 'x'.repeat(513)],
  ])('refuses a key of or with %s, without repeating it', async (_, key) => {
    const refusal = await here.apiKeys.register({ key, name: '' }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ problems: [{ path: 'key' }, { path: 'name' }] });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain(key);
  });
});
