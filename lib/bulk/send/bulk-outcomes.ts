import { Inject, Injectable } from '@nestjs/common';
import type { Statements } from '../../store/statement.js';
import type { MessageChange } from '../../messages/message-changes.js';
import { NO_FAILURE, OUTCOME_UNKNOWN } from '../../messages/message-failure.js';
import { isOver } from '../../messages/status-ladder.js';
import { BulkChunks } from '../bulk-chunks.js';
import type { BulkSendEntity } from '../bulk-send.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { BulkLedger, type LedgerEntry } from '../ledger/bulk-ledger.js';
import type { LockedBulkSend, LockedMessage } from '../ledger/bulk-locks.js';
import { failingState } from '../lifecycle.js';
import type { MessageOutcome } from './message-outcome.js';

/** What became of one call: of this message, at this attempt. */
export interface CallOutcome {
  readonly id: number;
  /** An older attempt's late outcome is not the newer one's. */
  readonly attempt: number;
  readonly outcome: MessageOutcome;
}

const NOTHING_WAITS = { lapsesAt: null, nextAttemptAt: null };
const SENT = { ...NOTHING_WAITS, ...NO_FAILURE, status: 'sent', failedAt: null } as const;

/** Writes down what became of calls, many at a time. */
@Injectable()
export class BulkOutcomes {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    private readonly ledger: BulkLedger,
    private readonly chunks: BulkChunks,
  ) {}

  /** @param outcomes of messages of this bulk send, in the order in which they came */
  async record(bulkSendId: string, outcomes: readonly CallOutcome[]): Promise<void> {
    const ids = outcomes.map(({ id }) => id);
    await this.ledger.change(bulkSendId, ids, (messages, bulkSend) => this.#decide(messages, bulkSend, outcomes));
  }

  *#decide(
    messages: readonly LockedMessage[],
    bulkSend: LockedBulkSend,
    outcomes: readonly CallOutcome[],
  ): Statements<LedgerEntry> {
    const rows = new Map(messages.map((message) => [message.id, message]));
    const isOwn = (outcome: CallOutcome) => applies(outcome, rows.get(outcome.id));
    const applied = outcomes.filter((outcome) => isOwn(outcome) || isOvertaken(outcome, rows.get(outcome.id)));
    const changes = applied.map((call): MessageChange => {
      const { id, outcome } = call;
      if (outcome.kind === 'sent' && !isOwn(call)) return { id, ...outcome.acceptance };
      const change = this.#changeOf(id, rows.get(id)?.retries ?? 0, outcome);
      const isDone = outcome.kind === 'sent' || outcome.kind === 'failed';
      return bulkSend.carriesCode && isDone ? { ...change, content: null } : change;
    });
    // Their chunk may have been taken over and done without them: nobody would come across them again.
    const again = applied.filter(({ outcome }) => outcome.kind === 'again').flatMap(({ id }) => rows.get(id) ?? []);
    if (again.length > 0) yield* this.chunks.plan(bulkSend, again);
    return {
      messages: changes.toSorted((a, b) => a.id - b.id),
      bulkSend: this.#afterFailures(bulkSend, applied),
    };
  }

  #changeOf(id: number, retries: number, outcome: MessageOutcome): MessageChange {
    switch (outcome.kind) {
      case 'sent':
        return { ...SENT, id, ...outcome.acceptance, sentAt: outcome.at };
      case 'failed':
        return {
          id,
          ...outcome.failure,
          status: 'failed',
          failedAt: outcome.at,
          lapsesAt: null,
          nextAttemptAt: outcome.mayPassAt,
        };
      case 'again':
        return {
          id,
          status: 'pending',
          lapsesAt: null,
          nextAttemptAt: outcome.at,
          retries: outcome.counts ? retries + 1 : retries,
        };
      default:
        return { id, status: 'unconfirmed', lapsesAt: new Date(Date.now() + this.options.unconfirmedAfter) };
    }
  }

  /** Pauses a bulk send that fails again and again with one error, instead of burning the list. */
  #afterFailures(bulkSend: LockedBulkSend, applied: readonly CallOutcome[]): LedgerEntry['bulkSend'] {
    const streak = failureStreak(
      bulkSend,
      applied.map(({ outcome }) => outcome),
    );
    const after = { streak: streak.length, streakCode: streak.code };
    if (streak.length < this.options.pauseAfterFailures) return after;
    const message = `${streak.length} messages in a row failed with ${streak.code}: ${streak.message}`;
    return { ...after, ...failingState(bulkSend, message) };
  }
}

/** Whether an outcome is that of the row's present attempt, and the row still waits for it. */
function applies({ attempt, outcome }: CallOutcome, row: LockedMessage | undefined): boolean {
  if (!row || row.attempt !== attempt) return false;
  if (row.status === 'sending') return true;
  if (row.status === 'unconfirmed') return outcome.kind !== 'unconfirmed';
  // Given up meanwhile: what is known after all still counts.
  const isKnown = outcome.kind === 'sent' || outcome.kind === 'failed';
  return row.status === 'failed' && row.errorCode === OUTCOME_UNKNOWN && isKnown;
}

/** Whether Meta told by webhook what became of the message before its answer was written: the answer only adds to that. */
function isOvertaken({ attempt, outcome }: CallOutcome, row: LockedMessage | undefined): boolean {
  return outcome.kind === 'sent' && row?.attempt === attempt && isOver(row);
}

/** How many messages in a row failed with one error. */
interface FailureStreak {
  readonly length: number;
  readonly code: string | null;
  /** The words that came with it last. */
  readonly message: string | null;
}

/** The streak after these outcomes: a message that went out ends it, another error begins one of its own. */
export function failureStreak(
  before: Pick<BulkSendEntity, 'streak' | 'streakCode'>,
  outcomes: readonly MessageOutcome[],
): FailureStreak {
  let streak: FailureStreak = { length: before.streak, code: before.streakCode, message: null };
  for (const outcome of outcomes) {
    if (outcome.kind === 'sent') streak = { length: 0, code: null, message: null };
    if (outcome.kind !== 'failed') continue;
    const { errorCode, errorMessage } = outcome.failure;
    const isSame = streak.length > 0 && streak.code === errorCode;
    streak = { length: isSame ? streak.length + 1 : 1, code: errorCode, message: errorMessage };
  }
  return streak;
}
