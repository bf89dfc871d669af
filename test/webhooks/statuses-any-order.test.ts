import * as fc from 'fast-check';
import { BulkSendEntity, MessageEntity, type MessageStatus } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OUTCOME_UNKNOWN } from '../../lib/messages/message-failure.js';
import { pricingOf } from '../../lib/messages/pricing.js';
import type { StatusItem } from '../../lib/webhooks/webhook-item.js';
import { recipientsOf } from '../bulk/bulk-scene.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { at, StatusScene } from './statuses-scene.js';

vi.setConfig({ testTimeout: 120_000 });

const RUNS = { sqlite: 40, postgres: 15, mariadb: 15 } as const;
const STATUSES = ['sent', 'delivered', 'read', 'played', 'failed'] as const;

/** Rows of two bulk sends, and some that were sent by themselves. */
const IN_BULK = 6;
const SINGLE = 3;
const ROWS = 2 * IN_BULK + SINGLE;

/** Where rows stand when their statuses begin to come in; the rest were sent. */
const STANDINGS: Readonly<Record<number, Partial<MessageEntity>>> = {
  1: { status: 'sending', sentAt: null, wamid: null, waId: null, lapsesAt: at(90_000_000) },
  2: { status: 'unconfirmed', sentAt: null, wamid: null, waId: null, lapsesAt: at(90_000_000) },
  3: { status: 'failed', sentAt: null, wamid: null, waId: null, failedAt: at(1), errorCode: OUTCOME_UNKNOWN },
  4: { status: 'pending', sentAt: null, wamid: null, waId: null, nextAttemptAt: at(90_000_000) },
  [IN_BULK + 1]: { status: 'unconfirmed', sentAt: null, wamid: null, waId: null, lapsesAt: at(90_000_000) },
  [2 * IN_BULK + 1]: { status: 'sending', sentAt: null, wamid: null, waId: null, lapsesAt: at(90_000_000) },
};

/** One status of one row, and how it comes in: doubled or not, where in the order, and with which others. */
interface ReportedStatusOfRow {
  readonly row: number;
  readonly status: (typeof STATUSES)[number];
  readonly second: number;
  readonly code: number;
  readonly price: string | undefined;
}

const CONVERSATION = { id: 'c', origin: { type: 'referral_conversion' } };

const CHARGED = { billable: true, pricing_model: 'PMP', type: 'regular' };

const PRICES: Readonly<Record<string, { readonly pricing?: object; readonly conversation?: object }>> = {
  charged: { pricing: { ...CHARGED, category: 'marketing' } },
  lite: { pricing: { ...CHARGED, category: 'marketing_lite' } },
  hyphen: { pricing: { ...CHARGED, category: 'authentication-international' } },
  underscore: { pricing: { ...CHARGED, category: 'authentication_international' } },
  withoutType: { pricing: { billable: true, category: 'utility' } },
  withoutBillable: { pricing: { type: 'regular', category: 'utility' } },
  free: { pricing: { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' } },
  entryPoint: {
    pricing: { billable: false, pricing_model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' },
    conversation: CONVERSATION,
  },
  conversationAlone: { conversation: { ...CONVERSATION, expiration_timestamp: '1790259200' } },
};

const anyReported: fc.Arbitrary<ReportedStatusOfRow> = fc.record({
  row: fc.nat({ max: ROWS - 1 }),
  status: fc.constantFrom(...STATUSES),
  second: fc.nat({ max: 9 }),
  code: fc.constantFrom(131026, 131049),
  price: fc.constantFrom(undefined, ...Object.keys(PRICES)),
});

/** Whether a row does not have what was reported of its price. */
function isLost({ row, price = '' }: ReportedStatusOfRow, rows: readonly MessageEntity[]): boolean {
  const { pricing, conversation } = PRICES[price] ?? {};
  const stored = rows[row];
  return (
    stored === undefined ||
    (pricing !== undefined && pricingOf(stored) === null) ||
    (conversation !== undefined && stored.conversationOrigin !== 'referral_conversion')
  );
}

/** What Meta reports in the course of a run, and the same as it may come in. */
const anyRun = fc.array(anyReported, { minLength: 1, maxLength: 60 }).chain((reported) =>
  fc.record({
    reported: fc.constant(reported),
    arriving: fc
      .tuple(
        fc.shuffledSubarray(reported),
        fc.shuffledSubarray(reported, { minLength: reported.length }),
        fc.shuffledSubarray(reported),
      )
      .map((parts) => parts.flat()),
    size: fc.integer({ min: 1, max: 40 }),
  }),
);

describeEachDatabase("a run's statuses", (database) => {
  let fresh: FreshDatabase;
  let statuses: StatusScene;
  let rows: MessageEntity[];
  let bulkSends: BulkSendEntity[];

  beforeAll(async () => {
    fresh = await database.create();
    statuses = await StatusScene.start({ database: fresh.options, options: { workers: false } });
    const { scene } = statuses;
    const ids: string[] = [];
    for (const first of [0, 100]) ids.push((await scene.create(recipientsOf(IN_BULK, first))).id);
    const inBulk = await statuses.rows.find({ order: { id: 'ASC' } });
    const singles = Array.from({ length: SINGLE }, (_, index) =>
      statuses.rows.create(newMessage({ id: 5_000_000 + index, phoneNumberId: scene.meta.phoneNumber.id })),
    );
    await statuses.rows.save(singles);
    for (const [index, { id }] of [...inBulk, ...singles].entries()) {
      const sent = { status: 'sent' as const, sentAt: new Date(at(4).getTime() + 500), wamid: `wamid.${index}` };
      await statuses.rows.update({ id }, { attempt: 1, ...sent, ...STANDINGS[index] });
    }
    rows = await statuses.rows.find({ order: { id: 'ASC' } });
    for (const id of ids) {
      const own = rows.filter(({ bulkSendId }) => bulkSendId === id);
      const count = (status: MessageStatus) => own.filter((row) => row.status === status).length;
      const counters = {
        sentCount: count('sent'),
        failedCount: count('failed'),
        unconfirmedCount: count('unconfirmed'),
      };
      const failures = count('failed') > 0 ? [{ code: OUTCOME_UNKNOWN, message: null, count: count('failed') }] : [];
      await statuses.bulkSends.update({ id }, { status: 'PAUSED', ...counters, failures });
    }
    bulkSends = await statuses.bulkSends.find({ order: { createdAt: 'ASC' } });
  });
  afterAll(async () => {
    await statuses[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const itemOf = ({ row: index, status, second, code, price = '' }: ReportedStatusOfRow): StatusItem => {
    const row = rows[index];
    if (!row) throw new Error(`There is no row ${index}.`);
    return statuses.item(row, status, { second, ...(status === 'failed' && { code }), ...PRICES[price] });
  };

  /** Both tables as they are. */
  async function tablesNow() {
    const ended = await statuses.bulkSends.find({ order: { createdAt: 'ASC' } });
    return {
      messages: await statuses.rows.find({ order: { id: 'ASC' } }),
      // When it ended is this process's own time.
      bulkSends: ended.map((bulkSend) => Object.assign({}, bulkSend, { completedAt: bulkSend.completedAt !== null })),
    };
  }

  /** Both tables after a run that began where the rows stand. */
  async function tablesAfter(reported: readonly ReportedStatusOfRow[], size: number) {
    await statuses.rows.save(rows.map((row) => statuses.rows.create(row)));
    await statuses.bulkSends.save(bulkSends.map((bulkSend) => statuses.bulkSends.create(bulkSend)));
    for (let from = 0; from < reported.length; from += size) {
      await statuses.apply(...reported.slice(from, from + size).map(itemOf));
    }
    return tablesNow();
  }

  it('leave the same tables whatever their order, doubles and batches, and counters that count the rows', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ reported, arriving, size }) => {
        const once = await tablesAfter(reported, reported.length);
        expect(await tablesAfter(arriving, size)).toEqual(once);
        expect(reported.filter((each) => isLost(each, once.messages))).toEqual([]);
        for (const { id } of bulkSends) {
          expect(await statuses.scene.reported({ id })).toEqual(await statuses.scene.recount({ id }));
        }
      }),
      { numRuns: RUNS[database.kind] },
    );
  });

  it('leave the same tables when several processes apply them at the same time', async () => {
    const all = rows.flatMap((_, row) =>
      STATUSES.map((status) => ({ row, status, second: 3, code: 131026, price: 'charged' })),
    );
    const once = await tablesAfter(all, all.length);
    await tablesAfter([], 1);
    const parts = Array.from({ length: 6 }, (_, part) => all.filter((__, index) => index % 5 !== part));
    await Promise.all(parts.map((part) => statuses.apply(...part.map(itemOf))));
    const then = await tablesNow();
    expect(then.messages).toEqual(once.messages);
    expect(then.bulkSends).toEqual(once.bulkSends);
  });
});
