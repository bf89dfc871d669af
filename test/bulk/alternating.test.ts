import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { describeEachQueue, inProcess, type OpenQueue } from './each-queue.js';

describeEachQueue('bulk sends of one number', (open) => {
  let queue: OpenQueue;
  let scene: BulkScene;

  beforeEach(async () => {
    queue = await open();
    const options = { queue: queue.queue, messagesPerSecond: 100 };
    scene = await BulkScene.start({ imports: queue.imports, options });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
  });

  it('alternate: a short one that begins later does not wait for the end of a long one', async () => {
    const long = await scene.create(recipientsOf(3_000));
    await scene.until(long, ({ counts }) => counts.sent > 0);
    const short = await scene.create(recipientsOf(30, 3_000));
    expect(await scene.ended(short)).toMatchObject({ status: 'COMPLETED' });
    const { status, counts } = await scene.bulk.cancel(long.id);
    expect(status).toBe('CANCELLED');
    // Half of it was still to come.
    expect(counts.sent).toBeLessThan(1_500);
  });

  it('share its pace', async () => {
    const sends = await Promise.all([0, 1, 2].map((send) => scene.create(recipientsOf(100, send * 100))));
    await Promise.race(sends.map((bulkSend) => scene.ended(bulkSend)));
    for (const { id } of sends) expect((await scene.bulk.get(id)).counts.sent).toBeGreaterThan(50);
    for (const bulkSend of sends) await scene.ended(bulkSend);
  });
});

describe('bulk sends of several numbers', () => {
  it('do not wait for each other, however slow one of them is', async () => {
    await using queue = await inProcess();
    const slow = { isOnBizApp: true, messagingLimit: 'TIER_UNLIMITED' };
    const fast = { throughputLevel: 'HIGH', messagingLimit: 'TIER_UNLIMITED' };
    const account = { phoneNumbers: [slow, fast], templates: Object.values(sampleTemplates) };
    const options = { queue: queue.queue, messagesPerSecond: undefined };
    await using scene = await BulkScene.start({ meta: { accounts: [account] }, options });
    const [slowId = '', fastId = ''] = scene.meta.account.phoneNumbers.map(({ id }) => id);
    const slowSends = await Promise.all(
      [0, 1, 2].map((send) => scene.create(recipientsOf(600, send * 600), { phoneNumberId: slowId })),
    );
    await scene.meta.waitForMessages(5);
    const bulkSend = await scene.create(recipientsOf(600), { phoneNumberId: fastId });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 600, failed: 0 } });
    const sent = scene.meta.messages.filter(({ phoneNumberId }) => phoneNumberId === slowId).length;
    expect(sent).toBeLessThan(600);
    for (const { id } of slowSends) await scene.bulk.cancel(id);
  });
});
