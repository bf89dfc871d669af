import { Inject, Injectable } from '@nestjs/common';
import { CallGate } from '../../messages/call-gate.js';
import { recipientOf } from '../../messages/recipient.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { ThisProcess } from '../../process/this-process.js';
import type { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkLifecycle } from '../lifecycle.js';
import { BudgetUse } from './budget-use.js';
import type { MessageOutcome } from './message-outcome.js';
import { OutcomeWriter } from './outcome-writer.js';
import { type PendingMessage, PendingMessages } from './pending-messages.js';
import { Persistence } from './persistence.js';
import { RefusedMessages } from './refused-messages.js';
import { type SendableBulkSend, SendingStates } from './sending-states.js';
import { SliceSender } from './slice-sender.js';

/** Messages in one claim at most. */
const MOST_CLAIMED = 200;

/** Seconds' worth of a number's pace that it gets slots for at once: more would keep places from other numbers in vain. */
const CLAIMED_AHEAD_S = 0.05;

/** Milliseconds that a batch waits while the calls under way are not answered; then others have their turn. */
const LONGEST_WAIT_MS = 1_000;

const LIMIT_USED_UP = 'The messaging limit of the last 24 hours is used up.';

const NOT_SENT: MessageOutcome = { kind: 'again', at: null, counts: false };

/** Messages of a chunk that are due. */
export interface Batch {
  readonly chunk: BulkChunkEntity;
  readonly messages: readonly PendingMessage[];
  readonly state: SendableBulkSend;
  /** Messages per second of the number. */
  readonly pace: number;
  /** Sends no more of it. */
  readonly signal: AbortSignal;
  /** What is still on its way when `send` has returned. */
  readonly slices: Set<Promise<void>>;
}

/** Sends messages that are due, slice by slice, as far as the messaging limit allows. */
@Injectable()
export class BatchSender {
  constructor(
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly thisProcess: ThisProcess,
    private readonly states: SendingStates,
    private readonly messages: PendingMessages,
    private readonly refused: RefusedMessages,
    private readonly budget: MessagingLimits,
    private readonly lifecycle: BulkLifecycle,
    private readonly gate: CallGate,
    private readonly slices: SliceSender,
    private readonly writer: OutcomeWriter,
    private readonly persistence: Persistence,
  ) {}

  /** @returns whether there may be more to send after these */
  async send(batch: Batch): Promise<boolean> {
    const { state } = batch;
    const { portfolio, number } = state;
    const messages = await this.refused.failAmong(state, batch.messages);
    if (messages.length === 0) return true;
    const recipients = messages.map(recipientOf);
    const grant = await this.budget.reserve(portfolio, number.phoneNumberId, recipients);
    const use = new BudgetUse(this.budget, portfolio, grant);
    const allowed = messages.filter((message) => grant.allowed.has(recipientOf(message)));
    const own: Promise<void>[] = [];
    try {
      const isAll = await this.#sendAllowed(batch, allowed, use, own);
      if (grant.freesAt) {
        await this.lifecycle.deferForLimit(state.bulkSend.id, grant.freesAt, LIMIT_USED_UP);
      }
      return isAll && grant.freesAt === null;
    } finally {
      const settled = Promise.allSettled(own).then(() => this.persistence.persist(() => use.settle()));
      keep(
        batch.slices,
        settled.then(() => undefined),
      );
    }
  }

  /** @returns whether all were looked at */
  async #sendAllowed(
    batch: Batch,
    allowed: readonly PendingMessage[],
    budget: BudgetUse,
    own: Promise<void>[],
  ): Promise<boolean> {
    let next = 0;
    try {
      while (next < allowed.length) {
        const slice = await this.#claim(batch, allowed.slice(next, next + MOST_CLAIMED));
        if (!slice) return false;
        next += slice.looked;
        if (slice.messages.length === 0) continue;
        const sent = this.slices.send({ ...slice, budget, signal: batch.signal });
        own.push(sent);
        keep(batch.slices, sent);
      }
      return true;
    } finally {
      for (const message of allowed.slice(next)) budget.note(recipientOf(message), NOT_SENT);
    }
  }

  /**
   * Gets slots for as many as there is room for, and claims those: nothing waits while it is claimed.
   * @returns undefined when the bulk send may not send any more
   */
  async #claim({ chunk, state, pace, signal }: Batch, messages: readonly PendingMessage[]) {
    const { inFlight } = this.slices;
    await this.writer.room();
    // A trial is one message: until it is answered, more would be of no use.
    const room = state.isTrial ? 1 : await this.gate.room(state.number, { most: LONGEST_WAIT_MS, signal });
    if (room === 0) return undefined;
    if (!(await this.#mayStill(chunk, signal))) return undefined;
    const places = await inFlight.take(Math.min(messages.length, room, Math.ceil(pace * CLAIMED_AHEAD_S)));
    this.gate.plan(state.number, places);
    let claimed: readonly PendingMessage[] = [];
    try {
      const slots = await this.pacer.slots(state.number, places, signal);
      // Both waits may have been long: much can have happened.
      const now = await this.#mayStill(chunk, signal);
      if (!now) return undefined;
      claimed = await this.messages.claim(chunk, messages.slice(0, slots.length));
      return { messages: claimed, slots, state: now, looked: slots.length };
    } finally {
      inFlight.giveBack(places - claimed.length);
      this.gate.plan(state.number, claimed.length - places);
    }
  }

  async #mayStill({ bulkSendId }: BulkChunkEntity, signal: AbortSignal): Promise<SendableBulkSend | undefined> {
    if (signal.aborted || !this.thisProcess.isAlive()) return undefined;
    return this.states.of(bulkSendId);
  }
}

/** Remembers what is on its way until it has ended. */
function keep(slices: Set<Promise<void>>, slice: Promise<void>): void {
  slices.add(slice);
  void slice.finally(() => slices.delete(slice));
}
