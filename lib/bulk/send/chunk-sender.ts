import { setMaxListeners } from 'node:events';
import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { OutageLog } from '../../store/outage-log.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { ThisProcess } from '../../process/this-process.js';
import type { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkChunks, type ChunkTicket } from '../bulk-chunks.js';
import { BulkLifecycle } from '../lifecycle.js';
import { BatchSender } from './batch-sender.js';
import { OutcomeWriter } from './outcome-writer.js';
import { PendingMessages } from './pending-messages.js';
import { Persistence } from './persistence.js';
import { SendingStates } from './sending-states.js';

/** Milliseconds that a chunk is sent before others have their turn. */
const TURN_MS = 5_000;

/** Milliseconds before a chunk is looked at again of which nothing could be sent. */
const REST_MS = 1_000;

/** Messages read at once: what goes out in a second, within these bounds. */
const FEWEST_READ = 20;
const MOST_READ = 500;

/** Sends one chunk: the handler behind every queue. */
@Injectable()
export class ChunkSender implements BeforeApplicationShutdown {
  readonly #runs = new Set<Promise<boolean>>();
  readonly #ending = new AbortController();
  /** Aborted when this process loses its id: everything taken under it is others' then. */
  #held = new AbortController();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly thisProcess: ThisProcess,
    private readonly chunks: BulkChunks,
    private readonly lifecycle: BulkLifecycle,
    private readonly states: SendingStates,
    private readonly messages: PendingMessages,
    private readonly batches: BatchSender,
    private readonly writer: OutcomeWriter,
    private readonly persistence: Persistence,
    private readonly outages: OutageLog,
  ) {
    thisProcess.onLost(() => {
      this.#held.abort();
      this.#held = new AbortController();
    });
  }

  /**
   * Sends what is due of a chunk, unless the ticket is stale; resolves when it was let go of.
   * @returns whether others may be due now
   */
  async send(ticket: ChunkTicket): Promise<boolean> {
    if (this.#ending.signal.aborted || !this.thisProcess.isAlive()) return false;
    const run = this.#run(ticket);
    this.#runs.add(run);
    try {
      return await run;
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

  async #run(ticket: ChunkTicket): Promise<boolean> {
    const signal = AbortSignal.any([this.#ending.signal, this.#held.signal]);
    // Every slice that waits for slots listens to it.
    setMaxListeners(0, signal);
    const chunk = await this.#take(ticket);
    if (!chunk) return false;
    const slices = new Set<Promise<void>>();
    let hasSent = false;
    try {
      hasSent = await this.#sendDue(chunk, signal, slices);
    } catch (error) {
      const isCovered = signal.aborted || this.outages.covers(error);
      if (!isCovered) this.logger.error(`A chunk of bulk send ${chunk.bulkSendId} was given up: ${String(error)}`);
    } finally {
      await Promise.allSettled(slices);
      await this.writer.settled(chunk.bulkSendId);
      const notBefore = hasSent || signal.aborted ? undefined : new Date(Date.now() + REST_MS);
      await this.persistence.persist(() => this.chunks.release(chunk, notBefore));
    }
    return hasSent;
  }

  /** A chunk that may have been taken after all, though the database could not say so, must not stay this process's. */
  async #take(ticket: ChunkTicket): Promise<BulkChunkEntity | undefined> {
    const processId = this.thisProcess.id;
    try {
      return await this.chunks.take(ticket, processId);
    } catch (error) {
      await this.persistence.persist(() => this.chunks.letGo(ticket, processId));
      throw error;
    }
  }

  /** @returns whether something of it was sent, or nothing is due */
  async #sendDue(chunk: BulkChunkEntity, signal: AbortSignal, slices: Set<Promise<void>>): Promise<boolean> {
    const endOfTurn = performance.now() + TURN_MS;
    let after = chunk.fromSeq - 1;
    while (!signal.aborted && performance.now() < endOfTurn) {
      const state = await this.states.of(chunk.bulkSendId);
      if (!state) break;
      if (after < chunk.fromSeq) await this.lifecycle.begin(chunk.bulkSendId);
      const pace = await this.pacer.paceOf(state.number);
      const count = state.isTrial ? 1 : Math.round(Math.min(MOST_READ, Math.max(FEWEST_READ, pace)));
      const messages = await this.messages.next(chunk, after, count);
      const last = messages.at(-1)?.seq;
      if (last === undefined || last === null) return true;
      after = last;
      if (!(await this.batches.send({ chunk, messages, state, pace, signal, slices }))) break;
      // The next step depends on its outcome.
      if (state.isTrial) break;
    }
    return after >= chunk.fromSeq;
  }
}
