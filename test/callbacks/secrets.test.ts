import { randomBytes } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { closedPort } from '../graph/local-server.js';
import { CapturedLog } from '../module/captured-log.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { CallbacksScene, ENCRYPTION_KEY } from './callbacks-scene.js';
import { Receiver, signatureWith } from './receiver.js';

const WAIT = { timeout: 30_000, interval: 20 };
const SECRET = 'a secret of the receiver';

describeOn('sqlite', 'the secret of a callback', (database) => {
  let fresh: FreshDatabase;
  afterEach(() => fresh.drop());

  it('is made up where none is given, shown once, and stored encrypted', async () => {
    fresh = await database.create();
    await using scene = await CallbacksScene.start(fresh.options);
    const { secret } = await scene.callbacks.set({ url: await closedPort() });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await scene.callbacks.set({ url: await closedPort() })).secret).not.toBe(secret);
    expect(await scene.callbacks.set({ url: await closedPort(), secret: SECRET })).toMatchObject({ secret: SECRET });
    const [row] = await scene.settings.createQueryBuilder('callback').addSelect('callback.secret').getMany();
    expect(row?.secret).not.toContain(SECRET);
    expect(await scene.callbacks.get()).not.toHaveProperty('secret');
    expect(await scene.settings.find()).toEqual([expect.not.objectContaining({ secret: expect.anything() })]);
  });

  it('is not taken without a key to encrypt it with, and the way to one is reported', async () => {
    fresh = await database.create();
    await using scene = await CallbacksScene.start(fresh.options, { encryptionKeys: [] });
    await expect(scene.callbacks.set({ url: await closedPort() })).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringMatching(/callback's secret.*encryptionKeys: \[.*openssl rand -base64 32/),
    });
    expect(await scene.settings.count()).toBe(0);
  });

  it('follows a rotation of keys, and is not lost when the old key is', async () => {
    fresh = await database.create();
    const receiver = await Receiver.start();
    const newer = randomBytes(32).toString('base64');
    await using before = await CallbacksScene.start(fresh.options, { workers: false });
    const { id } = await before.workspace('rotated', receiver.url);
    await before.callbacks.set({ workspace: 'rotated', url: receiver.url, secret: SECRET });
    for (const [deliveries, encryptionKeys] of [[newer, ENCRYPTION_KEY], [newer]].entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
      await using scene = await CallbacksScene.start(fresh.options, { encryptionKeys });
      await scene.put(id);
      await vi.waitUntil(() => receiver.received.length > deliveries, WAIT);
    }
    expect(receiver.received.map(({ raw, signature }) => signature === signatureWith(SECRET, raw))).toEqual([
      true,
      true,
    ]);
  });

  it('that no key fits any more is reported in the log, and nothing is lost or shown', async () => {
    fresh = await database.create();
    const receiver = await Receiver.start();
    await using before = await CallbacksScene.start(fresh.options, { workers: false });
    const { id } = await before.workspace('lost', receiver.url);
    const log = new CapturedLog();
    await using scene = await CallbacksScene.start(fresh.options, {
      encryptionKeys: [randomBytes(32).toString('base64')],
      logger: log,
    });
    await scene.put(id);
    await vi.waitUntil(() => /encryptionKeys no longer has.*set the callback again/s.test(log.text), WAIT);
    expect(await scene.statusesOf(id)).toEqual(['pending']);
    const failing = await scene.callbacks.get({ workspace: 'lost' });
    expect(failing).toMatchObject({ failures: 1, failingSince: expect.any(Date), restingUntil: expect.any(Date) });
    const { secret } = await scene.callbacks.set({ workspace: 'lost', url: receiver.url });
    await vi.waitUntil(() => receiver.received.length === 1, WAIT);
    expect(log.text).not.toContain(secret);
  });

  it('is in no log when deliveries fail', async () => {
    fresh = await database.create();
    const log = new CapturedLog();
    await using scene = await CallbacksScene.start(fresh.options, { logger: log });
    const { id, secret } = await scene.workspace('failing', await closedPort());
    await scene.put(id, 2);
    await vi.waitFor(async () => expect(new Set(await scene.statusesOf(id))).toEqual(new Set(['failed'])), WAIT);
    const { items } = await scene.callbacks.deliveries({ workspace: 'failing' });
    expect(log.text + JSON.stringify(items)).not.toContain(secret);
  });
});
