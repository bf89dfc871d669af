import { AccountsService } from 'nestjs-whatsapp';
import { describe, expect, it } from 'vitest';
import { BulkScene, phoneOf } from './bulk-scene.js';
import { BODY, inputOf, PROMOTION, RECEIPT } from './marketing-templates.js';

/** The largest number of requests in any 1,000 ms. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length));
}

describe('the pace of a number', () => {
  it('is one for both endpoints, also for messages that need a call of each', { retry: 2 }, async () => {
    await using paced = await BulkScene.start({
      meta: {
        accounts: [
          {
            marketingStatus: 'ONBOARDED',
            phoneNumbers: [{ throughput: 50, messagingLimit: 'TIER_UNLIMITED' }],
            templates: [
              { ...PROMOTION, components: [BODY] },
              { ...RECEIPT, components: [BODY] },
            ],
          },
        ],
      },
      options: { messagesPerSecond: 50, marketing: 'marketing-messages' },
    });
    paced.meta.faults.next({ kind: 'error', code: 134102 }, { path: /marketing_messages$/, times: 40 });
    const many = (template: typeof PROMOTION, from: number) =>
      paced.bulk.create({
        ...inputOf(template, {}),
        recipients: Array.from({ length: 60 }, (_, index) => ({ phone: phoneOf(from + index) })),
      });
    const sends = [await many(PROMOTION, 2_000_000), await many(RECEIPT, 3_000_000)];
    for (const bulkSend of sends) expect(await paced.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
    const requests = paced.meta.requestsTo(/messages$/, 'POST');
    expect(requests).toHaveLength(2 * 60 + 40);
    expect(paced.meta.refusals.get(130429)).toBeUndefined();
    const pace = busiestSecond(requests.map(({ receivedAt }) => receivedAt.getTime()));
    expect(pace).toBeLessThanOrEqual(50);
    expect(pace).toBeGreaterThan(25);
    expect(Math.max(...paced.meta.sendCounts.values())).toBe(1);
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
