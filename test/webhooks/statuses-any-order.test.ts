import * as fc from 'fast-check';
import { BulkSendEntity, ConversationEntity, MessageEntity, type MessageStatus } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { OUTCOME_UNKNOWN } from '../../lib/messages/message-failure.js';
import { pricingOf } from '../../lib/messages/pricing.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import type { MessageItem, StatusItem } from '../../lib/webhooks/webhook-item.js';
import { recipientsOf } from '../bulk/bulk-scene.js';
import { inboundItem } from '../conversations/inbound-items.js';
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
  /** How it names who the message went to. */
  readonly names?: keyof typeof RECIPIENTS | undefined;
}

/** A message of someone who a row went to, or of who has their number after them. */
interface ReportedMessage {
  readonly writer: number;
  readonly second: number;
  readonly by: 'number' | 'number and id' | 'id' | 'parent id' | 'number of another';
}

/** Everybody has a username, and another one from the fifth second on. */
const usernameAt = (row: number, second: number): string => `user.${row}.${second < 5 ? 'first' : 'then'}`;

const idsOf = (row: number) => ({ user_id: `AR.${row}`, parent_user_id: `AR.ENT.${row}` });

/** What a status and its contact report of people. */
const RECIPIENTS = {
  'by id': (row: number) => ({ status: { recipient_user_id: idsOf(row).user_id }, contact: undefined }),
  'by parent id': (row: number) => ({
    status: { recipient_parent_user_id: idsOf(row).parent_user_id },
    contact: { user_id: idsOf(row).user_id },
  }),
  'with a username': (row: number, second: number) => ({
    status: {},
    contact: { ...idsOf(row), profile: { username: usernameAt(row, second) } },
  }),
} as const;

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
  names: fc.constantFrom(undefined, 'by id', 'by parent id', 'with a username'),
});

const anyMessage: fc.Arbitrary<ReportedMessage> = fc.record({
  writer: fc.nat({ max: ROWS - 1 }),
  second: fc.nat({ max: 9 }),
  by: fc.constantFrom('number', 'number and id', 'id', 'parent id', 'number of another'),
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
const anyRun = fc
  .array(fc.oneof({ weight: 3, arbitrary: anyReported }, anyMessage), { minLength: 1, maxLength: 60 })
  .chain((reported) =>
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
      statuses.rows.create(
        newMessage({
          id: 5_000_000 + index,
          phoneNumberId: scene.meta.phoneNumber.id,
          recipientPhone: `549111999000${index}`,
        }),
      ),
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

  const rowOf = (index: number): MessageEntity => {
    const row = rows[index];
    if (!row) throw new Error(`There is no row ${index}.`);
    return row;
  };

  const itemOf = ({ row, status, second, code, price = '', names }: ReportedStatusOfRow): StatusItem => {
    const { status: words = {}, contact } = (names && status !== 'failed' && RECIPIENTS[names](row, second)) || {};
    const failure = status === 'failed' && { code };
    const item = statuses.item(rowOf(row), status, { second, ...failure, ...PRICES[price], ...words });
    return { ...item, ...(contact && { contact }) };
  };

  const messageOf = ({ writer, second, by }: ReportedMessage): MessageItem => {
    const { user_id: userId, parent_user_id: parent } = idsOf(writer);
    const id = `wamid.in.${writer}.${second}.${by}`;
    const given = { id, at: at(second).getTime() };
    const from = rowOf(writer).recipientPhone;
    const { scene } = statuses;
    // Only numbers that Meta always reports with a user id change hands.
    const isHandedOver = writer % 2 === 1;
    if (by === 'number' && !isHandedOver) return inboundItem(scene, { ...given, from });
    if (by === 'number of another' && isHandedOver) {
      return inboundItem(scene, { ...given, from, userId: `BR.${writer}`, at: at(20 + second).getTime() });
    }
    const besides = by === 'parent id' ? { from_parent_user_id: parent } : {};
    return inboundItem(scene, { ...given, userId, besides, ...(by.startsWith('number') && { from }) });
  };

  const repositoryOf = <Row extends object>(entity: new () => Row) => statuses.scene.dataSource.getRepository(entity);

  /** Everybody as they are known: their identities and when they had them, and what else is filed. */
  async function peopleNow() {
    const times = await repositoryOf(ContactIdentityEntity).find();
    const contacts = await repositoryOf(ContactEntity).find();
    // Ids, and when rows were written, are this process's own.
    const people = contacts.map((contact) => {
      const own = times.filter(({ contactId }) => contactId === contact.id);
      return Object.assign({}, contact, {
        id: undefined,
        createdAt: undefined,
        updatedAt: undefined,
        deletedAt: contact.deletedAt !== null,
        times: own.map((time) => JSON.stringify(Object.assign({}, time, { contactId: undefined }))).toSorted(),
      });
    });
    return people.map((person) => JSON.stringify(person)).toSorted();
  }

  async function forgetPeople(): Promise<void> {
    await statuses.rows.delete({ direction: 'inbound' });
    for (const entity of [ConversationEntity, ContactIdentityEntity, ContactEntity]) {
      await repositoryOf<object>(entity).createQueryBuilder().delete().execute();
    }
  }

  /** The tables as they are. */
  async function tablesNow() {
    const ended = await statuses.bulkSends.find({ order: { createdAt: 'ASC' } });
    const received = await statuses.rows.find({ where: { direction: 'inbound' }, order: { wamid: 'ASC' } });
    return {
      people: await peopleNow(),
      received: received.map((message) => Object.assign({}, message, { id: undefined })),
      messages: await statuses.rows.find({ where: { direction: 'outbound' }, order: { id: 'ASC' } }),
      // When it ended is this process's own time.
      bulkSends: ended.map((bulkSend) => Object.assign({}, bulkSend, { completedAt: bulkSend.completedAt !== null })),
    };
  }

  async function apply(reported: readonly (ReportedStatusOfRow | ReportedMessage)[]): Promise<void> {
    const items = reported.filter((one) => 'row' in one).map(itemOf);
    const messages = reported.filter((one) => 'writer' in one).map(messageOf);
    await Promise.all([statuses.apply(...items), statuses.scene.app.get(InboundMessages).apply(messages)]);
  }

  /** The tables after a run that began where the rows stand. */
  async function tablesAfter(reported: readonly (ReportedStatusOfRow | ReportedMessage)[], size: number) {
    await forgetPeople();
    await statuses.rows.save(rows.map((row) => statuses.rows.create(row)));
    await statuses.bulkSends.save(bulkSends.map((bulkSend) => statuses.bulkSends.create(bulkSend)));
    for (let from = 0; from < reported.length; from += size) {
      await apply(reported.slice(from, from + size));
    }
    return tablesNow();
  }

  it('leave the same tables whatever their order, doubles and batches, and counters that count the rows', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async ({ reported, arriving, size }) => {
        const once = await tablesAfter(reported, reported.length);
        expect(await tablesAfter(arriving, size)).toEqual(once);
        expect(reported.filter((each) => 'row' in each && isLost(each, once.messages))).toEqual([]);
        for (const { id } of bulkSends) {
          expect(await statuses.scene.reported({ id })).toEqual(await statuses.scene.recount({ id }));
        }
      }),
      { numRuns: RUNS[database.kind] },
    );
  });

  it('leave the same tables when several processes apply them at the same time', async () => {
    const all = rows.flatMap((_, row) =>
      STATUSES.map((status) => ({ row, status, second: 3, code: 131026, price: 'charged', names: 'by id' as const })),
    );
    const once = await tablesAfter(all, all.length);
    await tablesAfter([], 1);
    const parts = Array.from({ length: 6 }, (_, part) => all.filter((__, index) => index % 5 !== part));
    await Promise.all(parts.map((part) => statuses.apply(...part.map(itemOf))));
    const then = await tablesNow();
    expect(then.people).toEqual(once.people);
    expect(then.messages).toEqual(once.messages);
    expect(then.bulkSends).toEqual(once.bulkSends);
  });
});
