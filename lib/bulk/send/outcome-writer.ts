import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { OutageLog } from '../../store/outage-log.js';
import type { Acceptance } from '../../messages/message-call.js';
import type { MessageChange } from '../../messages/message-changes.js';
import { type Failure, OUTCOME_UNKNOWN } from '../../messages/message-failure.js';
import { isOver } from '../../messages/status-ladder.js';
import type { Statements } from '../../store/statement.js';
import type { BulkSendEntity } from '../bulk-send.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { BulkChunks } from '../dispatch/chunks.js';
import {
  BulkLedger,
  type LedgerEntry,
  type LockedBulkSend,
  type LockedMessage,
  SENT,
  type SentMessage,
} from '../ledger.js';
import { failingState } from '../lifecycle.js';

/** Milliseconds between two tries. */
const RETRY_MS = 250;

/** Milliseconds for which a process that ends still retries. */
const END_TIMEOUT_MS = 10_000;

/** Stores what must not be lost while the database is away: retries until it is back. */
@Injectable()
export class RetryUntilStored {
  #endsAt = Infinity;

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  /** From now on retries end after a while, so that the process can end. */
  end(): void {
    this.#endsAt = Date.now() + END_TIMEOUT_MS;
  }

  /** @returns whether it was written; false only while the process ends */
  async run(write: () => Promise<void>): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (!this.outages.covers(error) && tries === 1) {
          this.logger.warn(`A write failed; retrying until it is stored: ${String(error)}`);
        }
        if (Date.now() > this.#endsAt) return false;
        await delay(RETRY_MS);
      }
    }
  }
}

/** The outcome of the call of one message; `failed` and `retry`: it was not sent. */
export type MessageOutcome =
  | { readonly kind: 'sent'; readonly acceptance: Acceptance; readonly at: Date }
  /** `mayPassAt`: when it may be tried again, if a person asks for that. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly at: Date; readonly mayPassAt: Date | null }
  /** `counts`: it is one of the tries that a message has. */
  | { readonly kind: 'retry'; readonly at: Date | null; readonly counts: boolean }
  /** Meta may have taken it. */
  | { readonly kind: 'unknown' };

/** The outcome of one attempt of a message. */
interface CallOutcome {
  readonly id: number;
  /** An older attempt's late outcome is not the newer one's. */
  readonly attempt: number;
  readonly outcome: MessageOutcome;
}

/** Stores the outcomes of calls in the ledger, many in one transaction. */
@Injectable()
export class BulkOutcomes {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    private readonly ledger: BulkLedger,
    private readonly chunks: BulkChunks,
  ) {}

  /** @param outcomes of messages of this bulk send, in the order in which they came */
  async record(bulkSendId: string, outcomes: readonly CallOutcome[]): Promise<void> {
    const sent = outcomes.flatMap(({ id, attempt, outcome }): SentMessage | [] =>
      outcome.kind === 'sent' ? { id, attempt, ...outcome.acceptance, sentAt: outcome.at } : [],
    );
    if (sent.length === outcomes.length && (await this.ledger.recordSent(bulkSendId, sent))) return;
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
    // Their chunk may have been taken over and ended without them.
    const pending = applied.filter(({ outcome }) => outcome.kind === 'retry').flatMap(({ id }) => rows.get(id) ?? []);
    if (pending.length > 0) yield* this.chunks.plan(bulkSend, pending);
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
      case 'retry':
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

  /** Pauses a bulk send that fails again and again with one error, instead of failing all of it. */
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
  if (row.status === 'unconfirmed') return outcome.kind !== 'unknown';
  // Failed as unknown meanwhile: an outcome that is known after all still counts.
  const isKnown = outcome.kind === 'sent' || outcome.kind === 'failed';
  return row.status === 'failed' && row.errorCode === OUTCOME_UNKNOWN && isKnown;
}

/** Whether a status arrived by webhook before the answer was stored: the answer only adds to it. */
function isOvertaken({ attempt, outcome }: CallOutcome, row: LockedMessage | undefined): boolean {
  return outcome.kind === 'sent' && row?.attempt === attempt && isOver(row);
}

/** How many messages in a row failed with one error. */
interface FailureStreak {
  readonly length: number;
  readonly code: string | null;
  /** The message that came with it last. */
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

/** Milliseconds that an outcome waits for others to be written with it. */
const LINGER_MS = 20;

/** Outcomes in one transaction. */
const BATCH_SIZE = 500;

/** Outcomes that wait to be written before sending waits for them. */
const MAX_UNWRITTEN = 1_000;

/** The outcomes of one bulk send that are still to be written. */
interface Backlog {
  outcomes: CallOutcome[];
  writing: Promise<void>;
}

/** Collects the outcomes of calls and stores them in batches; those that come during a write go with the next. */
@Injectable()
export class OutcomeWriter {
  readonly #backlogs = new Map<string, Backlog>();
  #unwritten = 0;
  #waiting: (() => void)[] = [];

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outcomes: BulkOutcomes,
    private readonly retryUntilStored: RetryUntilStored,
  ) {}

  push(bulkSendId: string, outcome: CallOutcome): void {
    this.#unwritten += 1;
    const backlog = this.#backlogs.get(bulkSendId);
    if (backlog) {
      backlog.outcomes.push(outcome);
      return;
    }
    const started: Backlog = { outcomes: [outcome], writing: Promise.resolve() };
    this.#backlogs.set(bulkSendId, started);
    started.writing = this.#write(bulkSendId, started);
  }

  /** Waits while so much is unwritten that no more should be sent. */
  async room(): Promise<void> {
    while (this.#unwritten > MAX_UNWRITTEN) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Waits until everything that was pushed for a bulk send is written, or failed for good. */
  async settled(bulkSendId: string): Promise<void> {
    await this.#backlogs.get(bulkSendId)?.writing;
  }

  async #write(bulkSendId: string, backlog: Backlog): Promise<void> {
    while (backlog.outcomes.length > 0) {
      if (backlog.outcomes.length < BATCH_SIZE) await delay(LINGER_MS);
      const batch = backlog.outcomes.slice(0, BATCH_SIZE);
      const isWritten = await this.retryUntilStored.run(() => this.outcomes.record(bulkSendId, batch));
      if (!isWritten) {
        // Their rows stay `sending` until they expire as `unconfirmed`.
        this.logger.error(`Failed to persist the outcomes of ${batch.length} messages (bulk send ${bulkSendId}).`);
      }
      backlog.outcomes = backlog.outcomes.slice(batch.length);
      this.#unwritten -= batch.length;
      for (const resume of this.#waiting.splice(0)) resume();
    }
    this.#backlogs.delete(bulkSendId);
  }
}
