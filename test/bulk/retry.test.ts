import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

describeEachDatabase('failed messages of a bulk send', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;

  beforeEach(async () => {
    fresh = await database.create();
    scene = await BulkScene.start({ database: fresh.options });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const refuse = (code: number, index: number, times = 1) =>
    scene.meta.faults.nextSend({ kind: 'error', code }, { recipient: phoneOf(index), times });

  it('are sent again on demand where the error may pass, in whichever chunk they are', async () => {
    for (const index of [3, 501, 549]) refuse(131049, index);
    for (const index of [4, 502]) refuse(131026, index);
    const bulkSend = await scene.create(recipientsOf(550));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 545, failed: 5 } });

    const { retried, bulkSend: retrying } = await scene.bulk.retry(bulkSend.id);
    expect(retried).toBe(3);
    expect(retrying.counts.failed).toBe(2);
    const ended = await scene.ended(bulkSend);
    expect(ended).toMatchObject({
      status: 'PARTIAL',
      counts: { sent: 548, failed: 2, pending: 0 },
      errors: [{ code: '131026', count: 2 }],
    });
    expect(await scene.row(bulkSend, 501)).toMatchObject({ status: 'sent', attempt: 2, retries: 0, errorCode: null });
    expect([3, 501, 549, 0].map((index) => scene.meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1, 1]);
    expect(await scene.recount(bulkSend)).toEqual(await scene.told(bulkSend));
    await expect.poll(() => scene.stored(), { timeout: 10_000 }).toMatchObject({ chunks: 0 });
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 0, bulkSend: { status: 'PARTIAL' } });
  });

  it('have all their tries again, and may fail again', async () => {
    refuse(1, 1, 5);
    const bulkSend = await scene.create(recipientsOf(3));
    const untilFailed = async () => {
      for (const tries of [1, 2]) {
        await scene.row(bulkSend, 1, ({ retries, status }) => retries === tries && status === 'pending');
        await scene.passTime();
      }
    };
    await untilFailed();
    await scene.ended(bulkSend);
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 1, bulkSend: { completedAt: null } });
    await untilFailed();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3, failed: 0 } });
    expect(await scene.row(bulkSend, 1)).toMatchObject({ attempt: 6 });
  });

  it('are sent again while others of it are still under way', async () => {
    refuse(131049, 1);
    const bulkSend = await scene.create(recipientsOf(5));
    await scene.row(bulkSend, 1, ({ status }) => status === 'failed');
    // Whether it is over by then or not.
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 1 });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 5 } });
    expect(scene.meta.sendCounts.size).toBe(5);
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('are not sent twice by two who ask at once', async () => {
    for (const index of [1, 2, 3]) refuse(131049, index);
    const bulkSend = await scene.create(recipientsOf(5));
    await scene.ended(bulkSend);
    const asked = await Promise.all([1, 2, 3, 4].map(() => scene.bulk.retry(bulkSend.id)));
    expect(asked.reduce((sum, { retried }) => sum + retried, 0)).toBe(3);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 5 } });
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
  });
});
