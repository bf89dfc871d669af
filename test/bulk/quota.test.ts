import { MessageEntity } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, digitsOf, phoneOf, recipientsOf } from './bulk-scene.js';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** A number that may write to fifty people a day. */
const FIFTY = { throughput: Infinity, messagingLimit: 'TIER_50' };

describeEachDatabase('a bulk send over the messaging limit', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;

  beforeEach(async () => {
    fresh = await database.create();
    const account = { phoneNumbers: [FIFTY], templates: Object.values(sampleTemplates) };
    scene = await BulkScene.start({ database: fresh.options, meta: { accounts: [account] } });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const untilItWaits = (bulkSend: { id: string }) => scene.until(bulkSend, ({ waiting }) => waiting !== null);
  const nothingOverTheLimit = () => expect(scene.meta.refusals.get(131048)).toBeUndefined();

  it('sends to as many as it may and waits for the rest, as it said', async () => {
    const bulkSend = await scene.create(recipientsOf(80));
    const quota = { canSend: false, needed: 80, available: 50, total: 50, tier: 'TIER_50' };
    expect(bulkSend.acceptance).toEqual({ quota, estimatedMinutes: expect.closeTo(1_440, 0), cost: null });
    const waiting = await untilItWaits(bulkSend);
    expect(waiting).toMatchObject({ status: 'PROCESSING', waiting: { reason: 'quota', message: expect.any(String) } });
    const wait = (waiting.waiting?.until?.getTime() ?? NaN) - Date.now();
    expect(wait).toBeGreaterThan(23 * HOUR);
    expect(wait).toBeLessThanOrEqual(DAY);
    expect(waiting.estimatedMinutes).toBeGreaterThan(23 * 60);
    expect(await scene.until(bulkSend, ({ counts }) => counts.sent === 50)).toMatchObject({
      counts: { pending: 30, failed: 0 },
    });
    // Whoever looks again finds the limit as it was.
    await scene.bulk.resume(bulkSend.id);
    expect(await untilItWaits(bulkSend)).toMatchObject({ waiting: { reason: 'quota' }, counts: { sent: 50 } });
    expect(scene.meta.messageCount).toBe(50);
    nothingOverTheLimit();
  });

  it('says how long all of the rest wait, not only the next of them', async () => {
    const bulkSend = await scene.create(recipientsOf(130));
    expect(bulkSend.acceptance.estimatedMinutes).toBeCloseTo(2 * 1_440, 0);
    await untilItWaits(bulkSend);
    const { estimatedMinutes } = await scene.until(bulkSend, ({ counts }) => counts.sent === 50);
    expect(estimatedMinutes).toBeGreaterThan(47 * 60);
    expect(estimatedMinutes).toBeLessThanOrEqual(48 * 60 + 1);
  });

  it('needs nothing for those who count already, nor for those who wrote within a day', async () => {
    const earlier = await scene.create(recipientsOf(20));
    await scene.ended(earlier);
    const wrote = Array.from({ length: 10 }, (_, index) => 100 + index);
    for (const index of wrote) scene.meta.phoneNumber.openWindow(phoneOf(index));
    await scene.dataSource.getRepository(MessageEntity).insert(
      wrote.map((index) =>
        newMessage({
          id: 1_000_000 + index,
          phoneNumberId: scene.meta.phoneNumber.id,
          direction: 'inbound',
          status: 'delivered',
          recipientPhone: digitsOf(index),
          createdAt: new Date(Date.now() - HOUR),
        }),
      ),
    );
    const bulkSend = await scene.create([...recipientsOf(20), ...recipientsOf(10, 100), ...recipientsOf(30, 20)]);
    expect(bulkSend.acceptance.quota).toMatchObject({ canSend: true, needed: 30, available: 30 });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 60 } });
    nothingOverTheLimit();
  });

  it('is refused where the caller wants that, and leaves nothing', async () => {
    const reject = { onQuotaExceeded: 'reject' } as const;
    await expect(scene.create(recipientsOf(51), reject)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: expect.stringContaining("with onQuotaExceeded 'defer'"),
      quota: { canSend: false, needed: 51, available: 50, total: 50, tier: 'TIER_50' },
    });
    expect(await scene.stored()).toEqual({ bulkSends: 0, messages: 0, chunks: 0 });
    expect(await scene.ended(await scene.create(recipientsOf(50), reject))).toMatchObject({ status: 'COMPLETED' });
    await expect(scene.create(recipientsOf(1, 50), reject)).rejects.toMatchObject({ quota: { available: 0 } });
    expect(await scene.ended(await scene.create(recipientsOf(50), reject))).toMatchObject({ status: 'COMPLETED' });
  });

  it('keeps the part of the messaging limit of messages that Meta may have taken', async () => {
    for (const index of [0, 1]) {
      scene.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' }, { recipient: phoneOf(index) });
    }
    const bulkSend = await scene.create(recipientsOf(60));
    await untilItWaits(bulkSend);
    await scene.until(bulkSend, ({ counts }) => counts.sent === 48 && counts.unconfirmed === 2);
    await scene.bulk.resume(bulkSend.id);
    expect(await untilItWaits(bulkSend)).toMatchObject({ counts: { pending: 10 }, waiting: { reason: 'quota' } });
    expect(scene.meta.messageCount).toBe(50);
    nothingOverTheLimit();
  });
});
