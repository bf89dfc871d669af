import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { databases, type FreshDatabase } from '../support/databases.js';
import { describeWithRedis, type FreshRedis } from '../support/redis.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

describeWithRedis('a chunk with a job that', (redis) => {
  let freshRedis: FreshRedis;
  let fresh: FreshDatabase;
  let meta: GraphApiServer;

  beforeEach(async () => {
    const [sqlite] = databases;
    if (!sqlite) throw new Error('There is no database.');
    fresh = await sqlite.create();
    freshRedis = await redis.create();
    meta = await GraphApiServer.start({ sample: true });
  });
  afterEach(async () => {
    await meta.close();
    await freshRedis.drop();
    await fresh.drop();
  });

  function start(workers: boolean): Promise<BulkScene> {
    @Module({ imports: [BullModule.forRoot({ url: freshRedis.url })] })
    class RedisModule {}

    const options = { queue: { driver: 'bull', prefix: freshRedis.prefix }, workers } as const;
    return BulkScene.start({ meta, database: fresh.options, imports: [RedisModule], options });
  }

  /** What Redis does for a process that takes a job and then dies. */
  async function swallowJob(): Promise<void> {
    const dead = new Redis(freshRedis.url);
    await vi.waitFor(async () => {
      const [waiting] = await dead.keys(`*${freshRedis.prefix}*:wait`);
      if (waiting === undefined) throw new Error('There is no job yet.');
      expect(await dead.rpoplpush(waiting, waiting.replace(/wait$/, 'active'))).not.toBeNull();
    });
    dead.disconnect();
  }

  it('was handed to a process that died right then is sent by another soon', async () => {
    await using accepting = await start(false);
    const bulkSend = await accepting.create(recipientsOf(3));
    await swallowJob();
    await using sending = await start(true);
    expect(await sending.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3 } });
    expect([0, 1, 2].map((index) => meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1]);
  });
});
