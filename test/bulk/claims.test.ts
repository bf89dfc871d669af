import { afterAll, beforeAll, expect, it } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { BulkChunks } from '../../lib/bulk/dispatch/chunks.js';
import { PendingMessages } from '../../lib/bulk/send/pending-messages.js';
import { ThisProcess } from '../../lib/process/this-process.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';

describeEachDatabase('messages that are claimed', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;

  beforeAll(async () => {
    fresh = await database.create();
    // No one but the test claims anything.
    scene = await BulkScene.start({ database: fresh.options, options: { workers: false } });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  /** A chunk of a bulk send, taken by a process, and the messages in it. */
  async function takenChunk(count: number) {
    const { id } = await scene.create(recipientsOf(count));
    const chunks = scene.dataSource.getRepository(BulkChunkEntity);
    const { id: chunkId, epoch } = await chunks.findOneByOrFail({ bulkSendId: id });
    const chunk = await scene.app.get(BulkChunks).take({ chunkId, epoch }, scene.app.get(ThisProcess).id);
    if (!chunk) throw new Error('The chunk was not to be had.');
    return { chunk, candidates: await scene.app.get(PendingMessages).next(chunk, 0, count) };
  }

  it('are those of one claim each, however many want them at the same time', async () => {
    const { chunk, candidates } = await takenChunk(40);
    const pending = scene.app.get(PendingMessages);
    const claims = await Promise.all(
      [candidates, candidates.slice(10), candidates.slice(0, 30)].map((some) => pending.claim(chunk, some)),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(ids.toSorted((a, b) => a - b)).toEqual(candidates.map(({ id }) => id));
    const rows = await scene.rows({ id: chunk.bulkSendId });
    expect(rows.every(({ status, attempt }) => status === 'sending' && attempt === 1)).toBe(true);
  });

  it('are none, once another process has taken the chunk over', async () => {
    const { chunk, candidates } = await takenChunk(10);
    await scene.app.get(BulkChunks).release(chunk);
    expect(await scene.app.get(BulkChunks).take({ chunkId: chunk.id, epoch: chunk.epoch }, 'another')).toBeDefined();
    expect(await scene.app.get(PendingMessages).claim(chunk, candidates)).toEqual([]);
    const rows = await scene.rows({ id: chunk.bulkSendId });
    expect(rows.every(({ status }) => status === 'pending')).toBe(true);
  });

  it('leave out those that were cancelled meanwhile', async () => {
    const { chunk, candidates } = await takenChunk(10);
    await scene.bulk.cancel(chunk.bulkSendId);
    expect(await scene.app.get(PendingMessages).claim(chunk, candidates)).toEqual([]);
  });
});
