import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OverdueDeliveries } from '../../lib/callbacks/delivery-maintenance.js';
import { closedPort } from '../graph/local-server.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { CallbacksScene } from './callbacks-scene.js';
import { Receiver, signatureWith, status } from './receiver.js';

const WAIT = { timeout: 30_000, interval: 20 };

describeOn('sqlite', 'callbacks', (database) => {
  let fresh: FreshDatabase;
  let scene: CallbacksScene;

  beforeAll(async () => {
    fresh = await database.create();
    // Long enough that nothing here is given up for its slowness.
    scene = await CallbacksScene.start(fresh.options, { callbackTimeout: 30_000 });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('arrive once each, signed over the bytes that arrive', async () => {
    const receiver = await Receiver.start();
    const { id, secret } = await scene.workspace('signed', receiver.url);
    await scene.put(id, 60);
    await vi.waitUntil(() => receiver.received.length === 60, WAIT);
    for (const { raw, signature, contentType, event, body } of receiver.received) {
      expect(signature).toBe(signatureWith(secret, raw));
      expect({ contentType, event }).toEqual({ contentType: 'application/json', event: 'message.status' });
      expect(body).toEqual({
        event: 'message.status',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { number: expect.any(Number), text: 'año 🎉 "quoted"' },
      });
    }
    expect(new Set(receiver.received.map(({ body }) => body.data.number)).size).toBe(60);
    expect(new Set(receiver.ids).size).toBe(60);
    await vi.waitFor(async () => expect(new Set(await scene.statusesOf(id))).toEqual(new Set(['delivered'])), WAIT);
    expect(receiver.received).toHaveLength(60);
  });

  it('are tried again until they come through, with the same id', async () => {
    const receiver = await Receiver.start(status(500));
    const { id } = await scene.workspace('again', receiver.url);
    receiver.answer = (response) => status(receiver.received.length < 3 ? 503 : 204)(response, expect.anything());
    await scene.put(id);
    await vi.waitFor(async () => expect(await scene.statusesOf(id)).toEqual(['delivered']), WAIT);
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.ids).size).toBe(1);
    const { items } = await scene.callbacks.deliveries({ workspace: 'again' });
    expect(items).toMatchObject([
      { attempts: 3, responseStatus: 204, error: null, nextAttemptAt: null, deliveredAt: expect.any(Date) },
    ]);
    expect(await scene.callbacks.get({ workspace: 'again' })).toMatchObject({ failures: 0, restingUntil: null });
  });

  it.each([
    ['500', status(500), { responseStatus: 500, error: 'It answered HTTP 500.' }],
    ['404', status(404), { responseStatus: 404, error: 'It answered HTTP 404.' }],
    [
      'a redirect',
      status(302, { location: 'http://127.0.0.1:9/elsewhere' }),
      { responseStatus: 302, error: 'It redirected, which is not followed.' },
    ],
    [
      'nothing but the end of the connection',
      (response: { destroy(): void }) => response.destroy(),
      { responseStatus: null, error: expect.any(String) },
    ],
  ] as const)('fail after the last try when %s answers', async (name, answer, expected) => {
    const receiver = await Receiver.start(answer);
    const workspace = `fails-${name.replaceAll(' ', '-')}`;
    const { id } = await scene.workspace(workspace, receiver.url);
    await scene.put(id);
    await vi.waitFor(async () => expect(await scene.statusesOf(id)).toEqual(['failed']), WAIT);
    expect(receiver.received).toHaveLength(4);
    const { items } = await scene.callbacks.deliveries({ workspace, status: 'failed' });
    expect(items).toMatchObject([{ attempts: 4, nextAttemptAt: null, deliveredAt: null, ...expected }]);
  });

  it('that failed can be sent again, one or all, and arrive then', async () => {
    const receiver = await Receiver.start(status(500));
    const { id } = await scene.workspace('resent', receiver.url);
    await scene.put(id, 3);
    await vi.waitFor(async () => expect(await scene.statusesOf(id)).toEqual(['failed', 'failed', 'failed']), WAIT);
    receiver.answer = status(200);
    const { items, total } = await scene.callbacks.deliveries({ workspace: 'resent', status: 'failed', pageSize: 2 });
    expect([items.length, total]).toEqual([2, 3]);
    const [first] = items;
    const asked = await scene.callbacks.resend(first?.id ?? '', { workspace: 'resent' });
    expect(asked).toMatchObject({ id: first?.id, status: 'pending', attempts: 0 });
    await vi.waitFor(async () => expect(await scene.statusesOf(id)).toContain('delivered'), WAIT);
    expect(await scene.callbacks.resendFailed({ workspace: 'resent' })).toBe(2);
    await vi.waitFor(async () => expect(new Set(await scene.statusesOf(id))).toEqual(new Set(['delivered'])), WAIT);
  });

  it('are another workspace’s own: no one else lists them or sends them again', async () => {
    const receiver = await Receiver.start();
    const { id } = await scene.workspace('mine', receiver.url);
    await scene.workspace('theirs', receiver.url);
    await scene.put(id);
    const { items } = await scene.callbacks.deliveries({ workspace: 'mine' });
    expect((await scene.callbacks.deliveries({ workspace: 'theirs' })).total).toBe(0);
    const [delivery] = items;
    for (const foreign of [delivery?.id ?? '', 'nonsense', '00000000-0000-4000-8000-000000000000']) {
      await expect(scene.callbacks.resend(foreign, { workspace: 'theirs' })).rejects.toMatchObject({
        code: 'CALLBACK_DELIVERY_NOT_FOUND',
      });
    }
  });

  it('of a dead target with thousands waiting do not hold up another workspace’s', async () => {
    const dead = await scene.workspace('dead', await closedPort());
    await scene.put(dead.id, 5_000);
    await vi.waitFor(
      async () => expect((await scene.callbacks.get({ workspace: 'dead' })).restingUntil).not.toBeNull(),
      WAIT,
    );
    const held: ServerResponse[] = [];
    const silent = await Receiver.start((response) => void held.push(response));
    const hanging = await scene.workspace('silent', silent.url);
    await scene.put(hanging.id, 1_000);
    await vi.waitUntil(() => held.length > 0, WAIT);
    const receiver = await Receiver.start();
    const { id } = await scene.workspace('living', receiver.url);
    await scene.put(id, 30);
    await vi.waitUntil(() => receiver.received.length === 30, WAIT);
    // The silent target was neither answered nor given up meanwhile, and has as much on its way as one target may have.
    expect([held.length, await scene.deliveries.countBy({ workspaceId: hanging.id, attempts: 0 })]).toEqual([
      25, 1_000,
    ]);
    await Promise.all(['dead', 'silent'].map((workspace) => scene.callbacks.remove({ workspace })));
    for (const response of held) response.end();
    expect(new Set(await scene.statusesOf(dead.id))).toEqual(new Set(['failed']));
  });

  it('wait for a target that is down however few tries each has, and fail when it stays away', async () => {
    const { id } = await scene.workspace('down', await closedPort());
    await scene.put(id, 200);
    const isResting = async () => (await scene.callbacks.get({ workspace: 'down' })).restingUntil !== null;
    await vi.waitFor(async () => expect(await isResting()).toBe(true), WAIT);
    // It has failed for longer than the tries of a delivery take.
    const [recently, longAgo] = [30, 61].map((minutes) => new Date(Date.now() - minutes * 60_000));
    const rest = { restingUntil: new Date(Date.now() + 60_000) };
    await scene.settings.update({ workspaceId: id }, { failingSince: recently, ...rest });
    const overdue = scene.app.get(OverdueDeliveries);
    await overdue.giveUpOverdue();
    expect(await scene.deliveries.countBy({ workspaceId: id, status: 'failed', attempts: 0 })).toBe(0);
    await scene.settings.update({ workspaceId: id }, { failingSince: longAgo, ...rest });
    await scene.deliveries.update({ workspaceId: id, attempts: 0 }, { nextAttemptAt: longAgo });
    const untried = await scene.deliveries.countBy({ workspaceId: id, attempts: 0 });
    expect(untried).toBeGreaterThan(0);
    await overdue.giveUpOverdue();
    expect(await scene.deliveries.countBy({ workspaceId: id, attempts: 0, status: 'failed' })).toBe(untried);
  });

  it('that were stored while their callback was removed fail, and wait for no other', async () => {
    const { id } = await scene.workspace('removed', await closedPort());
    await scene.callbacks.remove({ workspace: 'removed' });
    await scene.put(id, 3);
    await scene.app.get(OverdueDeliveries).giveUpOverdue();
    const { items } = await scene.callbacks.deliveries({ workspace: 'removed' });
    expect(items.map((item) => [item.status, item.error])).toEqual(
      Array.from({ length: 3 }, () => ['failed', 'The callback was removed.']),
    );
  });

  it('go to the address that is set now, also those that waited for another', async () => {
    const { id } = await scene.workspace('moved', await closedPort());
    await scene.put(id, 8, { event: 'contact.created' });
    await vi.waitFor(
      async () => expect((await scene.callbacks.get({ workspace: 'moved' })).failures).toBeGreaterThan(4),
      WAIT,
    );
    const receiver = await Receiver.start();
    const { secret } = await scene.workspace('moved', receiver.url);
    await vi.waitUntil(() => receiver.received.length === 8, WAIT);
    expect(receiver.received.map(({ raw, signature }) => signature === signatureWith(secret, raw))).toEqual(
      Array.from({ length: 8 }, () => true),
    );
  });
});
