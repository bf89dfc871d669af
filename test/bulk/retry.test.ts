import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

/** Meta had enough of marketing for this person: for a day. */
const MAY_PASS = 131049;

const DAY_MS = 24 * 60 * 60 * 1_000;

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
    for (const index of [3, 501, 549]) refuse(MAY_PASS, index);
    for (const index of [4, 502]) refuse(131026, index);
    const bulkSend = await scene.create(recipientsOf(550));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 545, failed: 5 } });

    const { retried, bulkSend: retrying } = await scene.bulk.retry(bulkSend.id);
    expect(retried).toBe(3);
    expect(retrying.counts.failed).toBe(2);
    await scene.passTime();
    const ended = await scene.ended(bulkSend);
    expect(ended).toMatchObject({
      status: 'PARTIAL',
      counts: { sent: 548, failed: 2, pending: 0 },
      errors: [{ code: '131026', count: 2 }],
    });
    expect(await scene.row(bulkSend, 501)).toMatchObject({ status: 'sent', attempt: 2, retries: 0, errorCode: null });
    expect([3, 501, 549, 0].map((index) => scene.meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1, 1]);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
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
    refuse(MAY_PASS, 1);
    const bulkSend = await scene.create(recipientsOf(5));
    await scene.row(bulkSend, 1, ({ status }) => status === 'failed');
    // Whether it is over by then or not.
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 1 });
    await scene.passTime();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 5 } });
    expect(scene.meta.sendCounts.size).toBe(5);
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('are not sent twice by two who ask at once', async () => {
    for (const index of [1, 2, 3]) refuse(MAY_PASS, index);
    const bulkSend = await scene.create(recipientsOf(5));
    await scene.ended(bulkSend);
    const asked = await Promise.all([1, 2, 3, 4].map(() => scene.bulk.retry(bulkSend.id)));
    expect(asked.reduce((sum, { retried }) => sum + retried, 0)).toBe(3);
    await scene.passTime();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 5 } });
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it('are not sent before their time, where Meta asks to wait, and the bulk send says until when', async () => {
    refuse(131049, 1);
    const bulkSend = await scene.create(recipientsOf(3));
    await scene.ended(bulkSend);
    const { failedAt } = await scene.row(bulkSend, 1);
    const inADay = new Date((failedAt?.getTime() ?? 0) + DAY_MS);
    const { retried, bulkSend: waiting } = await scene.bulk.retry(bulkSend.id);
    expect({ retried, waiting }).toMatchObject({
      retried: 1,
      waiting: { completedAt: null, waiting: { reason: 'rate_limited', until: inADay }, counts: { pending: 1 } },
    });
    expect(await scene.row(bulkSend, 1)).toMatchObject({ status: 'pending', nextAttemptAt: inADay, attempt: 1 });
    // Meanwhile the check for due messages runs, and others are sent.
    await scene.ended(await scene.create(recipientsOf(3, 10)));
    expect(scene.meta.sendsTo(phoneOf(1))).toBe(0);
    await scene.passTime();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3 } });
    expect(scene.meta.sendsTo(phoneOf(1))).toBe(1);
  });

  it('with an unknown error may be sent again if Meta calls it transient, and not otherwise', async () => {
    const transient = { kind: 'error', code: 987_654, transient: true } as const;
    scene.meta.faults.nextSend(transient, { recipient: phoneOf(1), times: 4 });
    scene.meta.faults.nextSend({ kind: 'error', code: 987_653 }, { recipient: phoneOf(2) });
    const bulkSend = await scene.create(recipientsOf(3));
    for (const tries of [1, 2, 3]) {
      await scene.row(bulkSend, 1, ({ retries, status }) => retries === tries && status === 'pending');
      await scene.passTime();
    }
    expect(await scene.ended(bulkSend)).toMatchObject({ counts: { sent: 1, failed: 2 } });
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 1 });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 2, failed: 1 } });
    expect(await scene.row(bulkSend, 2)).toMatchObject({ status: 'failed', attempt: 1 });
  });
});
