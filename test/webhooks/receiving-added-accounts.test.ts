import { randomBytes } from 'node:crypto';
import { AccountsService, ValidationError } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, entryOf, NORTH, ReceivingScene, sign } from './receiving-scene.js';

describe('an account that was added while the app runs', () => {
  let meta: GraphApiServer;
  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());

  const start = () =>
    ReceivingScene.start({
      options: {
        graph: { baseUrl: meta.url },
        encryptionKeys: [randomBytes(32).toString('base64')],
        accounts: [{ businessAccountId: NORTH.id, accessToken: 'EAA', appSecret: NORTH.secret }],
      },
    });
  const bodyOfAdded = () => bodyOf(entryOf({ id: meta.account.id, phoneNumberId: meta.phoneNumber.id }, 'wamid.1'));
  const add = (scene: ReceivingScene, appSecret?: string | readonly string[]) =>
    scene.get(AccountsService).add({ businessAccountId: meta.account.id, accessToken: meta.accessToken, appSecret });

  it('has its webhooks taken at once, by each of its secrets, and no longer once it is removed', async () => {
    await using scene = await start();
    const body = bodyOfAdded();
    const statuses = async () =>
      Promise.all(['new-secret', 'old-secret', NORTH.secret].map((secret) => scene.post(body, sign(body, secret))));
    expect(await statuses()).toEqual([401, 401, 200]);
    await add(scene, ['new-secret', 'old-secret']);
    expect(scene.applied.wamids).toEqual([]);
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(scene.applied.wamids).toEqual(['wamid.1', 'wamid.1']);
    await add(scene, 'new-secret');
    expect(await statuses()).toEqual([200, 401, 200]);
    await scene.get(AccountsService).remove(meta.account.id);
    expect(await statuses()).toEqual([401, 401, 200]);
    expect(scene.applied.wamids).toHaveLength(3);
  });

  it('has none taken while it has no secret', async () => {
    await using scene = await start();
    await add(scene);
    const body = bodyOfAdded();
    expect(await scene.post(body, sign(body, ''))).toBe(401);
    await expect(add(scene, '')).rejects.toThrow(ValidationError);
  });
});
