import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { RecipientBudget } from '../../messages/recipient-budget.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { ThisProcess } from '../../processes/this-process.js';
import type { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkChunks, type ChunkTicket } from '../bulk-chunks.js';
import { BulkTurns } from '../bulk-turns.js';
import { BudgetUse } from './budget-use.js';
import { OutcomeWriter } from './outcome-writer.js';
import { type PendingMessage, PendingMessages } from './pending-messages.js';
import { Persistence } from './persistence.js';
import { SendingHolds } from './sending-holds.js';
import { type SendableBulkSend, SendingStates } from './sending-states.js';
import { SliceSender } from './slice-sender.js';

/** Milliseconds that a chunk is sent before others have their turn. */
const TURN_MS = 5_000;

/** Milliseconds before a chunk is looked at again of which nothing could be sent. */
const REST_MS = 1_000;

/** Messages read at once: what goes out in a second, within these bounds. */
const FEWEST_READ = 20;
const MOST_READ = 500;

/** Messages in one claim. */
const MOST_CLAIMED = 200;

/** Outcomes that wait to be written before sending waits for them. */
const MOST_UNWRITTEN = 1_000;

/** Sends one chunk: the handler behind every queue. */
@Injectable()
export class ChunkSender implements BeforeApplicationShutdown {
  readonly #runs = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  /** Aborted when this process loses its id: everything taken under it is others' then. */
  #held = new AbortController();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly thisProcess: ThisProcess,
    private readonly chunks: BulkChunks,
    private readonly turns: BulkTurns,
    private readonly states: SendingStates,
    private readonly messages: PendingMessages,
    private readonly budget: RecipientBudget,
    private readonly holds: SendingHolds,
    private readonly slices: SliceSender,
    private readonly writer: OutcomeWriter,
    private readonly persistence: Persistence,
  ) {
    thisProcess.onLost(() => {
      this.#held.abort();
      this.#held = new AbortController();
    });
  }

  /** Sends what is due of a chunk, unless the ticket is stale; resolves when it was let go of. */
  async send(ticket: ChunkTicket): Promise<void> {
    if (this.#ending.signal.aborted || !this.thisProcess.isAlive()) return;
    const run = this.#run(ticket);
    this.#runs.add(run);
    try {
      await run;
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Lets what is on its way end and be written down; what is not sent yet stays pending. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#ending.abort();
    this.persistence.end();
    await Promise.allSettled(this.#runs);
  }

  async #run(ticket: ChunkTicket): Promise<void> {
    const signal = AbortSignal.any([this.#ending.signal, this.#held.signal]);
    const chunk = await this.chunks.take(ticket, this.thisProcess.id);
    if (!chunk) return;
    const slices = new Set<Promise<void>>();
    let hasSent = false;
    try {
      hasSent = await this.#sendDue(chunk, signal, slices);
    } catch (error) {
      if (!signal.aborted) this.logger.error(`A chunk of bulk send ${chunk.bulkSendId} was given up: ${String(error)}`);
    } finally {
      await Promise.all(slices);
      await this.writer.settled(chunk.bulkSendId);
      const notBefore = hasSent || signal.aborted ? undefined : new Date(Date.now() + REST_MS);
      await this.persistence.persist(() => this.chunks.release(chunk, notBefore));
    }
  }

  /** @returns whether something of it was sent, or nothing is due */
  async #sendDue(chunk: BulkChunkEntity, signal: AbortSignal, slices: Set<Promise<void>>): Promise<boolean> {
    const endOfTurn = performance.now() + TURN_MS;
    let after = chunk.fromSeq - 1;
    while (!signal.aborted && performance.now() < endOfTurn) {
      const state = await this.states.of(chunk.bulkSendId);
      if (!state) break;
      if (after < chunk.fromSeq) await this.turns.begin(chunk.bulkSendId);
      const pace = await this.pacer.paceOf(state.number);
      const count = Math.round(Math.min(MOST_READ, Math.max(FEWEST_READ, pace)));
      const messages = await this.messages.next(chunk, after, count);
      const last = messages.at(-1)?.seq;
      if (last === undefined || last === null) return true;
      after = last;
      if (!(await this.#sendAll(messages, state, signal, slices))) break;
    }
    return after >= chunk.fromSeq;
  }

  /** Sends messages as far as the messaging limit allows. @returns whether there may be more */
  async #sendAll(
    messages: readonly PendingMessage[],
    state: SendableBulkSend,
    signal: AbortSignal,
    slices: Set<Promise<void>>,
  ): Promise<boolean> {
    const { portfolio, number } = state;
    const recipients = messages.map(({ recipientPhone }) => recipientPhone);
    const grant = await this.budget.reserve(portfolio, number.phoneNumberId, recipients);
    const use = new BudgetUse(this.budget, portfolio, grant);
    const allowed = messages.filter(({ recipientPhone }) => grant.allowed.has(recipientPhone));
    const own: Promise<void>[] = [];
    const send = (slice: Promise<void>) => {
      own.push(slice);
      slices.add(slice);
      void slice.finally(() => slices.delete(slice));
    };
    const goesOn = await this.#sendAllowed(allowed, state, use, signal, send);
    const settled = Promise.all(own).then(() => this.persistence.persist(() => use.settle()));
    send(settled.then(() => undefined));
    if (grant.freesAt) {
      await this.holds.waitForQuota(state, grant.freesAt, 'The messaging limit of the last 24 hours is used up.');
    }
    return goesOn && grant.freesAt === null;
  }

  async #sendAllowed(
    allowed: readonly PendingMessage[],
    state: SendableBulkSend,
    budget: BudgetUse,
    signal: AbortSignal,
    send: (slice: Promise<void>) => void,
  ): Promise<boolean> {
    for (let next = 0; next < allowed.length;) {
      if (this.writer.backlog > MOST_UNWRITTEN) await this.writer.settled(state.bulkSend.id);
      const isStill = !signal.aborted && this.thisProcess.isAlive() && (await this.states.of(state.bulkSend.id));
      if (!isStill) {
        for (const { recipientPhone } of allowed.slice(next)) {
          budget.note(recipientPhone, { kind: 'again', at: null, counts: false });
        }
        return false;
      }
      const messages = await this.#claim(allowed.slice(next, next + MOST_CLAIMED), state, signal);
      next += messages.looked;
      if (messages.claimed.length > 0) {
        send(this.slices.send({ messages: messages.claimed, slots: messages.slots, state: isStill, budget, signal }));
      }
    }
    return true;
  }

  /** Gets slots for as many as there is room for, and claims those: nothing waits while it is claimed. */
  async #claim(messages: readonly PendingMessage[], { number }: SendableBulkSend, signal: AbortSignal) {
    const { inFlight } = this.slices;
    const places = await inFlight.take(messages.length);
    let claimed: readonly PendingMessage[] = [];
    try {
      const slots = await this.pacer.slots(number, places, signal);
      claimed = await this.messages.claim(messages.slice(0, slots.length));
      return { claimed, slots, looked: slots.length };
    } finally {
      inFlight.giveBack(places - claimed.length);
    }
  }
}
