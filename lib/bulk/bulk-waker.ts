import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { NUMBER_SHARES, type NumberShares } from '../queue/number-shares.js';
import { CHUNK_QUEUE, type Queue } from '../queue/queue.js';
import { OutageLog } from '../store/outage-log.js';
import type { ChunkTicket } from './bulk-chunks.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk.options.js';
import { ChunkPlan } from './chunk-plan.js';
import { ChunkSender } from './send/chunk-sender.js';

const INTERVAL_MS = 1_000;

/**
 * Puts chunks that are due in the queue, every second and when woken. Every process does so: what one of them, or Redis,
 * has lost is found again by the next run of any.
 */
@Injectable()
export class BulkWaker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #periodic: Periodic;
  #hasEnded = false;

  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(CHUNK_QUEUE) private readonly queue: Queue<ChunkTicket>,
    @Inject(NUMBER_SHARES) private readonly shares: NumberShares,
    private readonly plan: ChunkPlan,
    private readonly sender: ChunkSender,
    private readonly outages: OutageLog,
  ) {
    const run = (signal: AbortSignal) => this.#enqueueDue(signal);
    this.#periodic = new Periodic({ name: 'Queueing due chunks', everyMs: INTERVAL_MS, run, logger, outages });
  }

  onApplicationBootstrap(): void {
    if (this.options.workers) this.queue.start((ticket) => this.#send(ticket));
    this.#periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#hasEnded = true;
    const stopped = this.#periodic.stop();
    await this.queue.stop().catch((error: unknown) => this.#warn(error));
    await stopped;
  }

  /** Something became due: queues it at once. */
  wake(): void {
    this.#periodic.wake();
  }

  async #send(ticket: ChunkTicket): Promise<void> {
    try {
      if (await this.sender.send(ticket)) this.wake();
    } catch (error) {
      this.#warn(error);
    }
  }

  async #enqueueDue(signal: AbortSignal): Promise<void> {
    const turns = await this.plan.turns();
    const { phoneNumberIds, workers } = await this.shares.of([...turns.keys()]);
    for (const phoneNumberId of phoneNumberIds) {
      if (signal.aborted) return;
      const tickets = await this.plan.tickets(turns.get(phoneNumberId) ?? [], workers);
      await this.queue.add(tickets.map((data) => ({ id: `${data.chunkId}.${data.epoch}`, data })));
    }
  }

  #warn(error: unknown): void {
    if (this.#hasEnded || this.outages.covers(error)) return;
    this.logger.warn(`Chunks could not be sent: ${String(error)}`);
  }
}
