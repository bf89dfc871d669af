import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, IsNull, Repository } from 'typeorm';
import { MessageCallbacks, changeMessages, type MessageChange, keepErased } from '../messages/message-changes.js';
import type { Acceptance } from '../messages/message-call.js';
import { MessageEntity } from '../messages/message.entity.js';
import { NO_FAILURE } from '../messages/message-failure.js';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { inList } from '../store/dialect.js';
import { preparedStatement, selectedColumns, tableOf, updateRows } from '../store/json-rows.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { change, select, selectEntities, type Statements } from '../store/statement.js';
import { BulkChunkEntity } from './bulk-chunk.entity.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkLifecycle, type BulkStateChange, settledState } from './lifecycle.js';
import { type BulkTally, type Counted, retally, tallyOf } from './tally.js';

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
  readonly #bulkSend: ReturnType<typeof preparedStatement>;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly callbacks: MessageCallbacks,
    private readonly lifecycle: BulkLifecycle,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {
    const table = tableOf(dataSource, bulkSends.metadata);
    const columns = selectedColumns(bulkSends, [...OTHERS, ...NUMBERS]);
    this.#bulkSend = preparedStatement(dataSource, `SELECT ${columns} FROM ${table} WHERE id = :id`);
  }

  /** Locks the bulk send and some of its messages and changes them as decided. @returns what was changed */
  async change(bulkSendId: string, ids: readonly number[], decide: LedgerDecision): Promise<LedgerEntry> {
    const entered = await runInTransaction(this.dataSource, () => this.changing(bulkSendId, ids, decide));
    entered.report();
    return entered;
  }

  /**
   * Notes messages as sent that are still `sending`, by one statement that reads none of them: so it is with nearly all.
   * @returns false when one of them is not; then nothing was changed
   */
  async recordSent(bulkSendId: string, sent: readonly SentMessage[]): Promise<boolean> {
    try {
      const entered = await runInTransaction(this.dataSource, () => this.#recordingSent(bulkSendId, sent));
      entered.report();
      return true;
    } catch (error) {
      if (error instanceof NotSendingError) return false;
      throw error;
    }
  }

  *#recordingSent(bulkSendId: string, sent: readonly SentMessage[]): Statements<Entered> {
    const bulkSend = yield* this.#lockBulkSend(bulkSendId);
    if (!bulkSend) return { messages: [], report: () => {} };
    const messages = sent.toSorted((one, other) => one.id - other.id);
    const shared = bulkSend.carriesCode ? { ...SENT, content: null } : SENT;
    const options = { matching: ['attempt'], condition: STILL_SENDING, shared } as const;
    const count = yield* change(updateRows(this.messages, messages, options));
    if (count < messages.length) throw new NotSendingError();
    const tally = { ...tallyOf(bulkSend), sentCount: bulkSend.sentCount + count };
    const changed = yield* this.#writeBulkSend(bulkSend, { streak: 0, streakCode: null, ...tally });
    return { messages, report: () => this.#report(bulkSend, { messages }, changed) };
  }

  /** The same as a part of a transaction, which takes several bulk sends in the order of their ids. */
  *changing(bulkSendId: string, ids: readonly number[], decide: LedgerDecision): Statements<Entered> {
    const bulkSend = yield* this.#lockBulkSend(bulkSendId);
    if (!bulkSend) return { messages: [], report: () => {} };
    // By their ids alone: a planner that knows nothing of a new bulk send's size would rather read all its messages.
    const rows = yield* selectEntities(this.messages, { id: inList(this.dataSource, ids) }, { lock: true });
    const own = rows.filter((row) => row.bulkSendId === bulkSendId);
    const before = own.map(beforeOf);
    const decided = decide(own, bulkSend);
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
    before: readonly MessageBefore[],
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
    return yield* this.#writeBulkSend(bulkSend, { ...entry.bulkSend, ...tally });
  }

  /** Locks its row, which is always locked before its messages. */
  *#lockBulkSend(id: string): Statements<LockedBulkSend | undefined> {
    const [row] = yield* select<RawBulkSend>(this.#bulkSend({ id }), { lock: true, numbers: [...NUMBERS] });
    if (!row) return undefined;
    const failures: BulkTally['failures'] = JSON.parse(row.failures);
    const completedAt = row.completedAt === null ? null : new Date(Number(row.completedAt));
    return { ...row, failures, completedAt, carriesCode: Boolean(row.carriesCode) };
  }

  *#writeBulkSend(
    bulkSend: LockedBulkSend,
    next: NonNullable<LedgerEntry['bulkSend']> & BulkTally,
  ): Statements<Settled> {
    const changed = { ...next, ...settledState({ ...bulkSend, ...next }) };
    yield* change(this.bulkSends.createQueryBuilder().update().set(changed).where({ id: bulkSend.id }));
    // A message that waited in one to be sent again may be reported as sent before: no one would look at it any more.
    const over = { bulkSendId: bulkSend.id, processId: IsNull() };
    const hasEnded = changed.completedAt && !bulkSend.completedAt;
    if (hasEnded) yield* change(this.chunks.createQueryBuilder().delete().where(over));
    return changed;
  }
}

/** A message that Meta took, and by which attempt. */
export type SentMessage = Pick<MessageEntity, 'id' | 'attempt' | 'sentAt' | keyof Acceptance>;

/** What a row is when Meta took its message, besides what Meta said. */
export const SENT = { ...NO_FAILURE, status: 'sent', failedAt: null, lapsesAt: null, nextAttemptAt: null } as const;

/** An erased person's message brings nothing back. */
const STILL_SENDING = {
  sql: `target.status = 'sending' AND (target.recipient_phone <> '' OR target.user_id IS NOT NULL)`,
};

/** A message was given up, reported by a webhook or erased meanwhile. */
class NotSendingError extends Error {}

type Settled = BulkStateChange & BulkTally;

/** What is needed of a message as it was: whoever decides may make the row what it is then. */
type MessageBefore = Counted & Pick<MessageEntity, 'id' | 'recipientPhone' | 'userId'>;

const beforeOf = ({ id, recipientPhone, userId, status, errorCode, errorMessage }: LockedMessage): MessageBefore => ({
  id,
  recipientPhone,
  userId,
  status,
  errorCode,
  errorMessage,
});

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
export type LockedMessage = MessageEntity;

const OTHERS = ['id', 'status', 'streakCode', 'carriesCode', 'failures', 'completedAt'] as const;

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
