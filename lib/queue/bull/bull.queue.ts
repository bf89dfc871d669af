import type { LoggerService } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { isError } from '../../foreign-errors.js';
import type { DeadProcesses } from '../../process/dead-processes.js';
import type { ChunkTicket } from '../../bulk/bulk-chunks.js';
import type { BulkQueue, ChunkHandler, QueueShare } from '../bulk-queue.js';

const JOB = 'chunk';

/** Chunks that a process sends at a time, over all phone numbers: each waits for its number's pace most of the time. */
const MOST_HANDLED = 100;

/**
 * Tickets that a process takes at a time. More would be in vain, and Redis would go on handing tickets to a process that
 * is frozen or out of reach: each taker asks it to wait, one after the other.
 */
const TAKERS = 1;

const REPORT_INTERVAL_MS = 60_000;

/** Wakes the processes that share a Redis: one Bull job a chunk, which any of them may take. */
export class BullQueue implements BulkQueue {
  readonly #handled = new Set<Promise<void>>();
  #silentUntil = 0;

  constructor(
    private readonly queue: Queue<ChunkTicket>,
    private readonly deadProcesses: DeadProcesses,
    private readonly logger: LoggerService,
  ) {
    // Without a listener an error of the connection would end the process. What matters is tried again.
    queue.on('error', (error) => this.#report(error));
  }

  start(handler: ChunkHandler): void {
    this.queue
      .process(JOB, TAKERS, ({ data }: Job<ChunkTicket>) => this.#handle(data, handler))
      // It rejects when the queue is closed before it was connected.
      .catch((error: unknown) => this.#report(error));
  }

  async add(tickets: readonly ChunkTicket[]): Promise<void> {
    if (tickets.length === 0) return;
    await this.queue.addBulk(
      tickets.map((data) => ({
        name: JOB,
        data,
        opts: { jobId: `${data.chunkId}.${data.epoch}`, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  async numbers(phoneNumberIds: readonly string[]): Promise<QueueShare> {
    return { phoneNumberIds, workers: Math.max(1, await this.deadProcesses.workers()) };
  }

  async stop(): Promise<void> {
    await this.queue.pause(true, true);
  }

  /** Connections are tried again several times a second: one line a minute is enough. */
  #report(error: unknown): void {
    if (!isError(error) || performance.now() < this.#silentUntil) return;
    this.#silentUntil = performance.now() + REPORT_INTERVAL_MS;
    this.logger.warn(`Redis, or Bull, has trouble; bulk sends wait meanwhile: ${error.message}`);
  }

  /** Resolves while the chunk is still being sent: who sends it is the database's word, not the queue's. */
  async #handle(ticket: ChunkTicket, handler: ChunkHandler): Promise<void> {
    while (this.#handled.size >= MOST_HANDLED) await Promise.race(this.#handled);
    const handled = handler(ticket).finally(() => this.#handled.delete(handled));
    this.#handled.add(handled);
  }
}
