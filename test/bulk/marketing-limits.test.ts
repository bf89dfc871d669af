import { AccountsService, MessagesService } from 'nestjs-whatsapp';
import { describe, expect, it, vi } from 'vitest';
import { PACER, type Pacer } from '../../lib/pacing/pacer.js';
import { BulkScene, phoneOf } from './bulk-scene.js';
import { BODY, inputOf, PROMOTION, RECEIPT } from './marketing-templates.js';

/** Counts the slots that the number's pacer gives out. */
function countedSlots(scene: BulkScene): { bulk: number; single: number } {
  const counted = { bulk: 0, single: 0 };
  const pacer: Pacer = scene.app.app.get(PACER, { strict: false });
  const [slots, single] = [pacer.slots.bind(pacer), pacer.single.bind(pacer)];
  vi.spyOn(pacer, 'slots').mockImplementation(async (...asked) => {
    const given = await slots(...asked);
    counted.bulk += given.length;
    return given;
  });
  vi.spyOn(pacer, 'single').mockImplementation((...asked) => {
    counted.single += 1;
    return single(...asked);
  });
  return counted;
}

describe('the pace of a number', () => {
  it('is one for both endpoints: a message that needs a call of each takes two slots', async () => {
    await using scene = await BulkScene.start({
      meta: {
        accounts: [
          {
            phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' }],
            templates: [
              { ...PROMOTION, components: [BODY] },
              { ...RECEIPT, components: [BODY] },
            ],
          },
        ],
      },
      options: { marketing: 'marketing-messages' },
    });
    const { meta } = scene;
    const counted = countedSlots(scene);
    meta.faults.next({ kind: 'error', code: 134102 }, { path: /marketing_messages$/, times: 41 });
    const messages = scene.app.get(MessagesService);
    for (const template of [PROMOTION, RECEIPT]) {
      await messages.sendTemplate({ ...inputOf(template, {}), to: phoneOf(1_000_000) });
    }
    expect(counted.single).toBe(3);
    expect(meta.requestsTo(/messages$/, 'POST')).toHaveLength(3);
    const many = (template: typeof PROMOTION, from: number) =>
      scene.bulk.create({
        ...inputOf(template, {}),
        recipients: Array.from({ length: 60 }, (_, index) => ({ phone: phoneOf(from + index) })),
      });
    const sends = [await many(PROMOTION, 2_000_000), await many(RECEIPT, 3_000_000)];
    for (const bulkSend of sends) expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
    const calls = meta.requestsTo(/messages$/, 'POST').length - 3;
    expect(calls).toBe(2 * 60 + 40);
    // One that is missed is lost.
    expect(counted.bulk).toBeGreaterThanOrEqual(calls);
  });
});

describe('the messaging limit', () => {
  it('is one for both endpoints', async () => {
    await using limited = await BulkScene.start({
      meta: {
        accounts: [
          {
            marketingStatus: 'ONBOARDED',
            phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_5' }],
            templates: [
              { ...PROMOTION, components: [BODY] },
              { ...RECEIPT, components: [BODY] },
            ],
          },
        ],
      },
    });
    await limited.app.get(AccountsService).sync();
    const many = (template: typeof PROMOTION, from: number) =>
      limited.bulk.create({
        ...inputOf(template, {}),
        recipients: Array.from({ length: 3 }, (_, index) => ({ phone: phoneOf(from + index) })),
      });
    await limited.ended(await many(PROMOTION, 4_000_000));
    const second = await many(RECEIPT, 5_000_000);
    expect(second.acceptance.quota).toMatchObject({ needed: 3, available: 2, total: 5 });
    const waiting = await limited.until(second, ({ waiting: why, counts }) => why !== null && counts.sent === 2);
    expect(waiting).toMatchObject({ counts: { sent: 2, pending: 1 }, waiting: { reason: 'quota' } });
    expect(limited.meta.messages.map(({ product }) => product)).toEqual([
      ...Array.from({ length: 3 }, () => 'marketing_messages'),
      ...Array.from({ length: 2 }, () => 'cloud_api'),
    ]);
    expect(limited.meta.refusals.size).toBe(0);
  });
});
