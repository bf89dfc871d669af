import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { MessageCallbacks, changeMessages, type MessageChange, keepErased } from '../messages/message-changes.js';
import { MessageEntity } from '../messages/message.entity.js';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { change, select, type Statements } from '../store/statement.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkLifecycle, type BulkStateChange, settledState } from './lifecycle.js';
import { type BulkTally, type Counted, retally } from './tally.js';

/** What is to change of a bulk send and its messages. */
export interface LedgerEntry {
  readonly messages: readonly MessageChange[];
  /** Also without a change it is checked whether the bulk send has ended. */
  readonly bulkSend?: BulkStateChange & Partial<Pick<BulkSendEntity, 'streak' | 'streakCode'>>;
}

/** What was changed, and what to do once that is committed. */
export interface Entered extends LedgerEntry {
  readonly report: () => void;
}

/** Decides on the locked rows. It may be asked again, when the transaction has to be run again. */
export type LedgerDecision = (
  messages: readonly LockedMessage[],
  bulkSend: LockedBulkSend,
) => LedgerEntry | Statements<LedgerEntry>;

/**
 * The messages of bulk sends and the counters over them. Whatever changes the status of such a message does it here: the
 * rows and their counters move in one transaction, under the lock of the bulk send's row, so that every reader sees
 * counters that are a count of the rows.
 */
@Injectable()
export class BulkLedger {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly callbacks: MessageCallbacks,
    private readonly lifecycle: BulkLifecycle,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** Locks the bulk send and some of its messages and changes them as decided. @returns what was changed */
  async change(bulkSendId: string, ids: readonly number[], decide: LedgerDecision): Promise<LedgerEntry> {
    const entered = await runInTransaction(this.dataSource, () => this.changing(bulkSendId, ids, decide));
    entered.report();
    return entered;
  }

  /** The same as a part of a transaction, which takes several bulk sends in the order of their ids. */
  *changing(bulkSendId: string, ids: readonly number[], decide: LedgerDecision): Statements<Entered> {
    const bulkSend = yield* lockBulkSend(this.bulkSends, bulkSendId);
    if (!bulkSend) return { messages: [], report: () => {} };
    const before = yield* lockMessages(this.dataSource, this.messages, bulkSendId, ids);
    const decided = decide(before, bulkSend);
    const entry = 'messages' in decided ? decided : yield* decided;
    const changed = yield* this.#write(bulkSend, before, entry);
    return { ...entry, report: () => this.#report(bulkSend, entry, changed) };
  }

  #report({ id, ...before }: LockedBulkSend, { messages }: LedgerEntry, changed: Settled | undefined): void {
    if (changed) this.lifecycle.reportSettled({ id, ...before }, changed);
    if (messages.length === 0) return;
    this.feed.note([
      ...messages.map((message) => ({ kind: 'message' as const, id: message.id })),
      { kind: 'bulk_send', id, change: 'progress' },
    ]);
  }

  /** @returns what changed of the bulk send */
  *#write(
    bulkSend: LockedBulkSend,
    before: readonly LockedMessage[],
    entry: LedgerEntry,
  ): Statements<Settled | undefined> {
    const changes = new Map(entry.messages.map((message) => [message.id, message]));
    const touched = before.filter(({ id }) => changes.has(id));
    const ordered = touched.flatMap((message) => {
      const decided = changes.get(message.id);
      return decided ? [keepErased(message, decided)] : [];
    });
    yield* changeMessages(this.messages, ordered);
    const failed = touched.filter(({ id, status }) => status !== 'failed' && changes.get(id)?.status === 'failed');
    yield* this.callbacks.failed(
      bulkSend.workspaceId,
      failed.map(({ id }) => id),
    );
    const after = touched.map((message) => countedAfter(message, changes.get(message.id)));
    const tally = retally(bulkSend, touched, after);
    if (touched.length === 0 && !entry.bulkSend) return undefined;
    const changed = { ...entry.bulkSend, ...tally, ...settledState({ ...bulkSend, ...entry.bulkSend, ...tally }) };
    yield* change(this.bulkSends.createQueryBuilder().update().set(changed).where({ id: bulkSend.id }));
    return changed;
  }
}

type Settled = BulkStateChange & BulkTally;

/** What of a message counts once it is changed. */
function countedAfter(before: Counted, { status, errorCode, errorMessage }: Partial<Counted> = {}): Counted {
  return {
    status: status ?? before.status,
    errorCode: errorCode === undefined ? before.errorCode : errorCode,
    errorMessage: errorMessage === undefined ? before.errorMessage : errorMessage,
  };
}

/** A bulk send with its row locked. */
export type LockedBulkSend = BulkTally &
  Pick<
    BulkSendEntity,
    'id' | 'workspaceId' | 'status' | 'uniqueRecipients' | 'carriesCode' | 'streak' | 'streakCode' | 'completedAt'
  >;

/** A message with its row locked. */
export type LockedMessage = Pick<
  MessageEntity,
  | 'id'
  | 'bulkSendId'
  | 'recipientPhone'
  | 'userId'
  | 'status'
  | 'seq'
  | 'attempt'
  | 'retries'
  | 'errorCode'
  | 'errorMessage'
>;

const NUMBERS = [
  'workspaceId',
  'uniqueRecipients',
  'sentCount',
  'deliveredCount',
  'readCount',
  'failedCount',
  'unconfirmedCount',
  'streak',
] as const;

interface RawBulkSend extends Record<(typeof NUMBERS)[number], number> {
  readonly id: string;
  readonly status: BulkSendEntity['status'];
  readonly streakCode: string | null;
  /** A boolean in JSON's words or a number, as the database has it. */
  readonly carriesCode: boolean | number;
  readonly failures: string;
  readonly completedAt: string | number | null;
}

/** Locks a bulk send's row, which is always locked before its messages. */
function* lockBulkSend(bulkSends: Repository<BulkSendEntity>, id: string): Statements<LockedBulkSend | undefined> {
  const query = bulkSends.createQueryBuilder('bulkSend').where({ id });
  for (const [index, column] of [
    'id',
    'status',
    'streakCode',
    'carriesCode',
    'failures',
    'completedAt',
    ...NUMBERS,
  ].entries()) {
    if (index === 0) query.select(`bulkSend.${column}`, column);
    else query.addSelect(`bulkSend.${column}`, column);
  }
  const [row] = yield* select<RawBulkSend>(query, { lock: true, numbers: [...NUMBERS] });
  if (!row) return undefined;
  const failures: BulkTally['failures'] = JSON.parse(row.failures);
  const completedAt = row.completedAt === null ? null : new Date(Number(row.completedAt));
  return { ...row, failures, completedAt, carriesCode: Boolean(row.carriesCode) };
}

/**
 * Locks some of a bulk send's messages, in the order in which all transactions lock them. They are found by their ids alone:
 * a planner that knows nothing of a new bulk send's size would rather read all its messages.
 */
function* lockMessages(
  dataSource: DataSource,
  messages: Repository<MessageEntity>,
  bulkSendId: string,
  ids: readonly number[],
): Statements<LockedMessage[]> {
  const query = messages
    .createQueryBuilder('message')
    .select('message.id', 'id')
    .addSelect('message.bulkSendId', 'bulkSendId')
    .addSelect('message.recipientPhone', 'recipientPhone')
    .addSelect('message.userId', 'userId')
    .addSelect('message.status', 'status')
    .addSelect('message.seq', 'seq')
    .addSelect('message.attempt', 'attempt')
    .addSelect('message.retries', 'retries')
    .addSelect('message.errorCode', 'errorCode')
    .addSelect('message.errorMessage', 'errorMessage')
    .where({ id: inList(dataSource, ids) })
    .orderBy('message.id');
  const rows = yield* select<LockedMessage>(query, { lock: true, numbers: ['id', 'seq', 'attempt', 'retries'] });
  return rows.filter((row) => row.bulkSendId === bulkSendId);
}
