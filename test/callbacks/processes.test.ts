import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ChildProcess } from '../support/child-process.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor } from '../support/test-app.js';
import { bodyOf, sign } from '../webhooks/receiving-scene.js';
import { CallbacksScene, QUICK } from './callbacks-scene.js';
import { Receiver, status } from './receiver.js';

vi.setConfig({ testTimeout: 120_000 });

const WAIT = { timeout: 60_000, interval: 20 };
const MESSAGES = 30;

describeOn('mariadb', 'callbacks of several processes', (database) => {
  let fresh: FreshDatabase;
  /** Sets and looks, and delivers nothing. */
  let scene: CallbacksScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await CallbacksScene.start(fresh.options, { workers: false });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const start = (options: object = {}) => {
    const { accounts = [] } = optionsFor(scene.meta);
    const { appSecret } = scene.meta;
    return ChildProcess.start(fresh, scene.meta, {
      options: { ...QUICK, accounts: accounts.map((account) => ({ ...account, appSecret })), ...options },
    });
  };

  const webhookOf = (wave: string): string => {
    const messages = Array.from({ length: MESSAGES }, (_, index) => ({
      from: `54911222${33_000 + index}`,
      id: `wamid.${wave}.${index}`,
      timestamp: '1790000000',
      type: 'text',
      text: { body: 'Hola' },
    }));
    const metadata = { phone_number_id: scene.meta.phoneNumber.id };
    return bodyOf({ id: scene.meta.account.id, changes: [{ field: 'messages', value: { metadata, messages } }] });
  };

  it('are lost by none that is killed, before or while it delivers them', async () => {
    const held: ServerResponse[] = [];
    const receiver = await Receiver.start((response) => void held.push(response));
    await scene.callbacks.set({ url: receiver.url, events: ['message.inbound'] });
    const wamids: string[] = [];
    for (const [wave, isKilledAtOnce] of [
      ['at-once', true],
      ['delivering', false],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one process after the other
      const process = await start({ callbackTimeout: 1_000 });
      const before = receiver.received.length;
      const body = webhookOf(wave);
      expect(await process.receiveWebhook(body, sign(body, scene.meta.appSecret))).toBe(true);
      if (!isKilledAtOnce) await vi.waitUntil(() => receiver.received.length > before, WAIT);
      await process.kill();
      wamids.push(...Array.from({ length: MESSAGES }, (_, index) => `wamid.${wave}.${index}`));
    }
    for (const response of held) response.destroy();
    const [killed, answered] = [receiver.received.length, status(200)];
    receiver.answer = answered;
    await using survivor = await start({ callbackTimeout: 1_000 });
    await vi.waitFor(
      async () => expect(await scene.deliveries.countBy({ status: 'delivered' })).toBe(2 * MESSAGES),
      WAIT,
    );
    expect(survivor.isRunning).toBe(true);
    const arrived = receiver.received.slice(killed);
    expect(arrived.map(({ body }) => String(body.data.message_id)).toSorted()).toEqual(wamids.toSorted());
    // A receiver that gets something twice sees so by the id.
    const idOf = new Map(arrived.map(({ id, body }) => [body.data.message_id, id]));
    expect(receiver.received.filter(({ id, body }) => idOf.get(body.data.message_id) !== id)).toEqual([]);
  });

  it('are delivered once while all of them live', async () => {
    const receiver = await Receiver.start();
    const { id } = await scene.workspace('shared', receiver.url);
    await using one = await start();
    await using other = await start();
    for (let wave = 0; wave < 10; wave += 1) await scene.put(id, 60);
    await vi.waitFor(
      async () => expect(await scene.deliveries.countBy({ workspaceId: id, status: 'delivered' })).toBe(600),
      WAIT,
    );
    expect([one.isRunning, other.isRunning]).toEqual([true, true]);
    expect([receiver.received.length, new Set(receiver.ids).size]).toEqual([600, 600]);
  });

  it('are delivered when a process ends properly that was delivering them', async () => {
    const held: ServerResponse[] = [];
    const receiver = await Receiver.start((response) => void held.push(response));
    const { id } = await scene.workspace('ending', receiver.url);
    const process = await start({ callbackTimeout: 20_000 });
    await scene.put(id, 3);
    await vi.waitUntil(() => held.length === 3, WAIT);
    const ended = process.terminate();
    for (const response of held) response.writeHead(200).end();
    await ended;
    expect(await scene.statusesOf(id)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(receiver.received).toHaveLength(3);
  });
});
