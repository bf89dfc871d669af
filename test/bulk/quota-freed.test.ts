import { AccountsService } from 'nestjs-whatsapp';
import { sampleTemplates, TestClock } from 'nestjs-whatsapp/testing';
import { describe, expect, it } from 'vitest';
import { LimitEntryEntity } from '../../lib/messages/limit-entry.entity.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

const DAY = 24 * 60 * 60_000;

/** A number that may write to fifty people a day. */
const FIFTY = { throughput: Infinity, messagingLimit: 'TIER_50' };

const start = (now?: () => number) =>
  BulkScene.start({
    meta: { accounts: [{ phoneNumbers: [FIFTY], templates: Object.values(sampleTemplates) }], ...(now && { now }) },
  });

const untilItWaits = (scene: BulkScene, bulkSend: { id: string }) =>
  scene.until(bulkSend, ({ waiting }) => waiting?.reason === 'quota');

// Each waits for the next look at what was freed: they do so together.
describe.concurrent('a bulk send that waits for the messaging limit', () => {
  it('goes on when Meta raises the limit', async () => {
    await using scene = await start();
    const bulkSend = await scene.create(recipientsOf(80));
    await untilItWaits(scene, bulkSend);
    scene.meta.phoneNumber.messagingLimit = 'TIER_250';
    await scene.app.get(AccountsService).sync();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 80 }, waiting: null });
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
    expect(scene.meta.refusals.get(131048)).toBeUndefined();
  });

  it('goes on when a day has passed', async () => {
    const clock = new TestClock();
    await using scene = await start(clock.now);
    const bulkSend = await scene.create(recipientsOf(80));
    await untilItWaits(scene, bulkSend);
    await scene.until(bulkSend, ({ counts }) => counts.sent === 50);
    clock.advance(DAY);
    const entries = scene.dataSource.getRepository(LimitEntryEntity);
    for (const { portfolioId, recipient, countedAt } of await entries.find()) {
      await entries.update({ portfolioId, recipient }, { countedAt: new Date(countedAt.getTime() - DAY) });
    }
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 80 } });
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
    expect(scene.meta.refusals.get(131048)).toBeUndefined();
  });

  it('releases the part of the messaging limit of messages that Meta refused', async () => {
    await using scene = await start();
    for (let index = 0; index < 50; index += 5) {
      scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(index) });
    }
    const bulkSend = await scene.create(recipientsOf(60));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 50, failed: 10 } });
    expect(scene.meta.refusals.get(131048)).toBeUndefined();
  });
});
