import type { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { databases, type FreshDatabase } from '../support/databases.js';
import { describeWithRedis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { bullOn, type OpenQueue } from './each-queue.js';
import { busyMeta, BY_LEVEL, receivedOf, slowOnesBeforeLast, underWay } from './under-load.js';

/** In messages of the slow number. */
const A_SECOND = 20;

const postgres = databases.find(({ kind }) => kind === 'postgres');

const describeWithBoth: typeof describeWithRedis = (name, body) => {
  describeWithRedis(name, (redis) => {
    const register = postgres?.available ? (_: string, own: () => void) => own() : describeNotRun('postgres');
    register(name, () => body(redis));
  });
};

describeWithBoth('a bulk send that two processes send', (redis) => {
  let fresh: FreshDatabase;
  let queue: OpenQueue;
  let meta: GraphApiServer;
  let one: BulkScene;
  let other: BulkScene;

  beforeEach(async () => {
    if (!postgres) throw new Error('There is no PostgreSQL.');
    fresh = await postgres.create();
    queue = await bullOn(redis);
    meta = await busyMeta();
    const { imports } = queue;
    const options = { ...BY_LEVEL, queue: queue.queue };
    one = await BulkScene.start({ meta, database: fresh.options, imports, options });
    other = await BulkScene.start({ meta, database: fresh.options, imports, options });
  });
  afterEach(async () => {
    await other[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    await meta.close();
    await queue[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('reaches everybody once', async () => {
    const bulkSend = await one.create(recipientsOf(2_000));
    expect(await other.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 2_000 } });
    expect(meta.sendCounts.size).toBe(2_000);
    expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
    expect(await one.recount(bulkSend)).toEqual(await one.reported(bulkSend));
  });

  it('stops in both within a second, whichever of them pauses it', async () => {
    const bulkSend = await underWay(one);
    await other.bulk.pause(bulkSend.id);
    expect(await slowOnesBeforeLast(one)).toBeLessThanOrEqual(A_SECOND);
    expect(await one.bulk.get(bulkSend.id)).toMatchObject({ status: 'PAUSED' });
    expect(receivedOf(one)).toBeLessThan(1_500);
    await one.bulk.resume(bulkSend.id);
    expect(await other.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 1_500 } });
    expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('stops in both within a second, whichever of them cancels it', async () => {
    const bulkSend = await underWay(one);
    await other.bulk.cancel(bulkSend.id);
    expect(await slowOnesBeforeLast(one)).toBeLessThanOrEqual(A_SECOND);
    const { counts } = await one.ended(bulkSend);
    expect(counts).toMatchObject({ pending: 0, sent: receivedOf(one), failed: 1_500 - receivedOf(one) });
    expect(await one.recount(bulkSend)).toEqual(await other.reported(bulkSend));
  });
});
