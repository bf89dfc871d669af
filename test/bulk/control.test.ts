import type { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { describeEachQueue, type OpenQueue } from './each-queue.js';
import { busyMeta, BY_LEVEL, receivedOf, slowOnesBeforeLast, underWay } from './under-load.js';

/** In messages of the slow number. */
const A_SECOND = 20;
const STATE = { code: 'BULK_SEND_STATE' };

describeEachQueue('a bulk send under way', (open) => {
  let queue: OpenQueue;
  let meta: GraphApiServer;
  let scene: BulkScene;

  beforeEach(async () => {
    queue = await open();
    meta = await busyMeta();
    const options = { ...BY_LEVEL, queue: queue.queue };
    scene = await BulkScene.start({ meta, imports: queue.imports, options });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await meta.close();
    await queue[Symbol.asyncDispose]();
  });

  it('stops within a second when it is paused, and goes on when it is resumed', async () => {
    const bulkSend = await underWay(scene);
    const paused = await scene.bulk.pause(bulkSend.id);
    expect(paused).toMatchObject({
      status: 'PAUSED',
      waiting: { reason: 'paused', until: null, message: 'Paused by request.' },
      completedAt: null,
    });
    expect(await slowOnesBeforeLast(scene)).toBeLessThanOrEqual(A_SECOND);
    const { counts, status } = await scene.bulk.get(bulkSend.id);
    expect(status).toBe('PAUSED');
    expect(counts.pending).toBeGreaterThan(0);
    expect(await scene.recount(bulkSend)).toMatchObject({ counts });

    expect(await scene.bulk.resume(bulkSend.id)).toMatchObject({ status: 'PROCESSING', waiting: null });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 1_500 } });
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('stops within a second when it is cancelled, for good', async () => {
    const bulkSend = await underWay(scene);
    const cancelled = await scene.bulk.cancel(bulkSend.id);
    expect(cancelled).toMatchObject({ status: 'CANCELLED', waiting: null });
    expect(await slowOnesBeforeLast(scene)).toBeLessThanOrEqual(A_SECOND);
    const { counts, errors } = await scene.ended(bulkSend);
    expect(counts).toMatchObject({ pending: 0, unconfirmed: 0 });
    expect(counts.sent).toBe(receivedOf(scene));
    expect(counts.sent + counts.failed).toBe(1_500);
    expect(errors).toEqual([{ code: 'CANCELLED', message: expect.any(String), count: counts.failed }]);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
    await expect.poll(() => scene.stored(), { timeout: 10_000 }).toMatchObject({ chunks: 0 });
    await expect(scene.bulk.resume(bulkSend.id)).rejects.toMatchObject(STATE);
    await expect(scene.bulk.retry(bulkSend.id)).rejects.toMatchObject(STATE);
    expect(await scene.bulk.cancel(bulkSend.id)).toMatchObject({ status: 'CANCELLED', counts });
  });
});

describe('a bulk send', () => {
  let scene: BulkScene;

  beforeAll(async () => {
    scene = await BulkScene.start();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('that has ended can neither be paused nor resumed nor cancelled', async () => {
    const bulkSend = await scene.create(recipientsOf(2));
    const { completedAt } = await scene.ended(bulkSend);
    for (const action of ['pause', 'resume', 'cancel'] as const) {
      await expect(scene.bulk[action](bulkSend.id)).rejects.toMatchObject({
        ...STATE,
        message: expect.stringContaining('COMPLETED'),
      });
    }
    expect(await scene.bulk.get(bulkSend.id)).toMatchObject({ status: 'COMPLETED', completedAt });
  });

  it('may be paused twice, resumed twice, and cancelled twice', async () => {
    await using idle = await BulkScene.start({ options: { workers: false } });
    const { id } = await idle.create(recipientsOf(2));
    for (const _ of [1, 2]) expect(await idle.bulk.pause(id)).toMatchObject({ status: 'PAUSED' });
    for (const _ of [1, 2]) expect(await idle.bulk.resume(id)).toMatchObject({ status: 'QUEUED', waiting: null });
    expect(await idle.bulk.pause(id)).toMatchObject({ status: 'PAUSED' });
    for (const _ of [1, 2]) expect(await idle.bulk.cancel(id)).toMatchObject({ status: 'CANCELLED' });
    expect(await idle.ended({ id })).toMatchObject({
      counts: { failed: 2 },
      errors: [{ code: 'CANCELLED', count: 2 }],
    });
  });

  const UNKNOWN = ['00000000-0000-4000-8000-000000000000', 'x', '', "' OR 1=1 --"];

  it.each(['pause', 'resume', 'cancel', 'retry', 'get', 'messages'] as const)(
    'that is not there cannot be found: %s',
    async (action) => {
      for (const id of UNKNOWN) {
        await expect(scene.bulk[action](id)).rejects.toMatchObject({ code: 'BULK_SEND_NOT_FOUND' });
      }
    },
  );

  it.each(['results', 'watch'] as const)('that is not there cannot be found: %s', async (action) => {
    for (const id of UNKNOWN) {
      await expect(scene.bulk[action](id).next()).rejects.toMatchObject({ code: 'BULK_SEND_NOT_FOUND' });
    }
  });
});
