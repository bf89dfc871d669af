import { setMaxListeners } from 'node:events';
import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { type BulkSpending, Budgets } from '../../costs/budgets.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { CallGate } from '../../messages/call-gate.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { recipientOf } from '../../messages/recipient.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { ThisProcess } from '../../process/this-process.js';
import { OutageLog } from '../../store/outage-log.js';
import type { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkChunks, type ChunkJob } from '../dispatch/chunks.js';
import { BulkLifecycle } from '../lifecycle.js';
import { RefusedMessages } from '../refused-recipients.js';
import { OutcomeWriter, RetryUntilStored } from './outcome-writer.js';
import { type PendingMessage, PendingMessages } from './pending-messages.js';
import { type SendableBulkSend, SendableBulkSends } from './sendable-bulk-sends.js';
import { LimitReservation, NOT_SENT, SliceSender } from './slice-sender.js';

/** Messages in one slice at most. */
const MAX_SLICE = 200;

/** Seconds of a number's pace in a slice: more would keep concurrency from other numbers. */
const SLICE_S = 0.05;

/** Milliseconds to wait while calls in flight are not answered; then the chunk is released for a while. */
const MAX_WAIT_MS = 1_000;

const LIMIT_USED_UP = 'The messaging limit of the last 24 hours is used up.';

/** Messages of a chunk that are due. */
interface DueMessages {
  readonly chunk: BulkChunkEntity;
  readonly messages: readonly PendingMessage[];
  readonly state: SendableBulkSend;
  /** Messages per second of the number. */
  readonly pace: number;
  /** Sends no more of it. */
  readonly signal: AbortSignal;
  /** Slices still in flight when `send` has returned. */
  readonly slices: Set<Promise<void>>;
}

/** Claims and sends due messages slice by slice, as far as the messaging limit allows. */
@Injectable()
export class SliceClaimer {
  constructor(
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly thisProcess: ThisProcess,
    private readonly states: SendableBulkSends,
    private readonly messages: PendingMessages,
    private readonly refused: RefusedMessages,
    private readonly messagingLimits: MessagingLimits,
    private readonly lifecycle: BulkLifecycle,
    private readonly gate: CallGate,
    private readonly slices: SliceSender,
    private readonly writer: OutcomeWriter,
    private readonly retryUntilStored: RetryUntilStored,
    private readonly budgets: Budgets,
  ) {}

  /** @returns whether there may be more to send after these */
  async send(due: DueMessages): Promise<boolean> {
    const { state } = due;
    const { portfolio, number } = state;
    const messages = await this.refused.failAmong(state, due.messages);
    if (messages.length === 0) return true;
    const recipients = messages.map(recipientOf);
    const reserved = await this.messagingLimits.reserve(portfolio, number.phoneNumberId, recipients);
    const reservation = new LimitReservation(this.messagingLimits, portfolio, reserved);
    const allowed = messages.filter((message) => reserved.allowed.has(recipientOf(message)));
    const own: Promise<void>[] = [];
    try {
      const isAll = (await this.#sendAllowed(due, allowed, reservation, own)) === allowed.length;
      if (reserved.freesAt) {
        await this.lifecycle.deferForLimit(state.bulkSend.id, reserved.freesAt, LIMIT_USED_UP);
      }
      return isAll && reserved.freesAt === null;
    } finally {
      const settled = Promise.allSettled(own).then(() => this.retryUntilStored.run(() => reservation.settle()));
      keep(
        due.slices,
        settled.then(() => undefined),
      );
    }
  }

  /** @returns how many were claimed, or no longer pending */
  async #sendAllowed(
    due: DueMessages,
    allowed: readonly PendingMessage[],
    reservation: LimitReservation,
    own: Promise<void>[],
  ): Promise<number> {
    let next = 0;
    try {
      while (next < allowed.length) {
        const slice = await this.#claim(due, allowed.slice(next, next + MAX_SLICE));
        if (!slice) return next;
        next += slice.size;
        if (slice.messages.length > 0) {
          const sent = this.slices.send({ ...slice, reservation, signal: due.signal });
          own.push(sent);
          keep(due.slices, sent);
        }
        if (slice.exceeded) {
          await this.lifecycle.pauseForBudget(slice.state.bulkSend.id, slice.exceeded.message, slice.exceeded.until);
          return next;
        }
      }
      return next;
    } finally {
      for (const message of allowed.slice(next)) reservation.note(recipientOf(message), NOT_SENT);
    }
  }

  /**
   * Gets slots for as many messages as there is room for, takes what they cost, and claims those: nothing waits while it is
   * claimed, nor for long between the two, for a budget counts what is claimed.
   * @returns undefined when the bulk send may not send any more
   */
  async #claim({ chunk, state, pace, signal }: DueMessages, messages: readonly PendingMessage[]) {
    const { inFlight } = this.slices;
    await this.writer.room();
    const wanted = Math.min(messages.length, Math.ceil(pace * SLICE_S));
    // A trial is one message: until it is answered, more would be of no use.
    const planned = state.isTrial
      ? this.gate.planTrial(state.number)
      : await this.gate.plan(state.number, wanted, { most: MAX_WAIT_MS, signal });
    let taken = 0;
    let claimed: readonly PendingMessage[] = [];
    try {
      if (planned === 0 || !(await this.#stateIfSendable(chunk, signal))) return undefined;
      taken = await inFlight.take(planned);
      const slots = await this.pacer.slots(state.number, taken, signal);
      const next = messages.slice(0, slots.length);
      const { count, exceeded } = await this.budgets.spendInBulk(spendingOf(state), next);
      // All three waits may have been long.
      const now = await this.#stateIfSendable(chunk, signal);
      if (!now) return undefined;
      if (count > 0) claimed = await this.messages.claim(chunk, next.slice(0, count));
      return { messages: claimed, slots, state: now, size: count, exceeded };
    } finally {
      inFlight.release(taken - claimed.length);
      this.gate.unplan(state.number, planned - claimed.length);
    }
  }

  async #stateIfSendable({ bulkSendId }: BulkChunkEntity, signal: AbortSignal): Promise<SendableBulkSend | undefined> {
    if (signal.aborted || !this.thisProcess.isAlive()) return undefined;
    return this.states.of(bulkSendId);
  }
}

const spendingOf = ({ bulkSend, phoneNumber, template }: SendableBulkSend): BulkSpending => ({
  bulkSendId: bulkSend.id,
  workspaceId: bulkSend.workspaceId,
  phoneNumber,
  templateCategory: template.category,
});

/** Remembers a slice until it has ended. */
function keep(slices: Set<Promise<void>>, slice: Promise<void>): void {
  slices.add(slice);
  void slice.finally(() => slices.delete(slice));
}

/** Milliseconds for which a chunk is sent before it is released to others. */
const MAX_RUN_MS = 5_000;

/** Milliseconds before a chunk is due again of which nothing could be sent. */
const RETRY_MS = 1_000;

/** Messages read in one query: those of a second, within these bounds. */
const MIN_READ = 20;
const MAX_READ = 500;

/** Sends one chunk: takes it, reads what is due, has it sent slice by slice, and releases it. */
@Injectable()
export class ChunkSender implements BeforeApplicationShutdown {
  readonly #runs = new Set<Promise<boolean>>();
  readonly #ending = new AbortController();
  /** Aborted when this process loses its id: what it took under that id belongs to others then. */
  #lease = new AbortController();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly thisProcess: ThisProcess,
    private readonly chunks: BulkChunks,
    private readonly lifecycle: BulkLifecycle,
    private readonly states: SendableBulkSends,
    private readonly messages: PendingMessages,
    private readonly slices: SliceClaimer,
    private readonly writer: OutcomeWriter,
    private readonly retryUntilStored: RetryUntilStored,
    private readonly outages: OutageLog,
  ) {
    thisProcess.onLost(() => {
      this.#lease.abort();
      this.#lease = new AbortController();
    });
  }

  /**
   * Sends what is due of a chunk, unless the job is stale; resolves when the chunk was released.
   * @returns whether others may be due now
   */
  async send(job: ChunkJob): Promise<boolean> {
    if (this.#ending.signal.aborted || !this.thisProcess.isAlive()) return false;
    const run = this.#run(job);
    this.#runs.add(run);
    try {
      return await run;
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Waits until calls in flight have ended and their outcomes are stored; what was not sent stays pending. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#ending.abort();
    this.retryUntilStored.end();
    await Promise.allSettled(this.#runs);
  }

  async #run(job: ChunkJob): Promise<boolean> {
    const signal = AbortSignal.any([this.#ending.signal, this.#lease.signal]);
    // Every slice that waits for slots listens to it.
    setMaxListeners(0, signal);
    const chunk = await this.#take(job);
    if (!chunk) return false;
    const slices = new Set<Promise<void>>();
    let hasSent = false;
    try {
      hasSent = await this.#sendDue(chunk, signal, slices);
    } catch (error) {
      const isCovered = signal.aborted || this.outages.covers(error);
      if (!isCovered) this.logger.error(`Sending a chunk of bulk send ${chunk.bulkSendId} failed: ${String(error)}`);
    } finally {
      await Promise.allSettled(slices);
      await this.writer.settled(chunk.bulkSendId);
      const notBefore = hasSent || signal.aborted ? undefined : new Date(Date.now() + RETRY_MS);
      await this.retryUntilStored.run(() => this.chunks.release(chunk, notBefore));
    }
    return hasSent;
  }

  /** After an error the chunk may have been taken all the same: then it is dropped. */
  async #take(job: ChunkJob): Promise<BulkChunkEntity | undefined> {
    const processId = this.thisProcess.id;
    try {
      return await this.chunks.take(job, processId);
    } catch (error) {
      await this.retryUntilStored.run(() => this.chunks.drop(job, processId));
      throw error;
    }
  }

  /** @returns whether something of it was sent, or nothing is due */
  async #sendDue(chunk: BulkChunkEntity, signal: AbortSignal, slices: Set<Promise<void>>): Promise<boolean> {
    const end = performance.now() + MAX_RUN_MS;
    let after = chunk.fromSeq - 1;
    while (!signal.aborted && performance.now() < end) {
      const state = await this.states.of(chunk.bulkSendId);
      if (!state) break;
      if (after < chunk.fromSeq) await this.lifecycle.begin(chunk.bulkSendId);
      const pace = await this.pacer.paceOf(state.number);
      const count = state.isTrial ? 1 : Math.round(Math.min(MAX_READ, Math.max(MIN_READ, pace)));
      const messages = await this.messages.next(chunk, after, count);
      const last = messages.at(-1)?.seq;
      if (last === undefined || last === null) return true;
      after = last;
      if (!(await this.slices.send({ chunk, messages, state, pace, signal, slices }))) break;
      // The next step depends on its outcome.
      if (state.isTrial) break;
    }
    return after >= chunk.fromSeq;
  }
}
