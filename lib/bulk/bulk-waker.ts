import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OutageLog } from '../store/outage-log.js';
import { runOutside } from '../async-context.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk.options.js';
import { ChunkPlan } from './chunk-plan.js';
import { BULK_QUEUE, type BulkQueue } from '../queue/bulk-queue.js';
import { ChunkSender } from './send/chunk-sender.js';
import { BulkSweeps } from './sweeps/bulk-sweeps.js';

/** Milliseconds between two looks at what is due. */
const INTERVAL_MS = 1_000;

/**
 * Looks every second for what is due and puts it in the queue, and sees to what others left behind. Every process does so:
 * whatever one of them, or Redis, has lost is found again by the next look of any.
 */
@Injectable()
export class BulkWaker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #hasEnded = false;

  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(BULK_QUEUE) private readonly queue: BulkQueue,
    private readonly plan: ChunkPlan,
    private readonly sender: ChunkSender,
    private readonly sweeps: BulkSweeps,
    private readonly outages: OutageLog,
  ) {}

  onApplicationBootstrap(): void {
    if (this.options.workers) {
      this.queue.start(async (ticket) => {
        try {
          if (await this.sender.send(ticket)) this.wake();
        } catch (error) {
          this.#warn(error);
        }
      });
    }
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS).unref();
    this.#tick();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#hasEnded = true;
    clearInterval(this.#timer);
    await this.queue.stop().catch((error: unknown) => this.#warn(error));
    await this.#looking;
    await this.sweeps.ended();
  }

  /** Something became due: looks at once, and once more if it is looking already. */
  wake(): void {
    this.#isWanted = true;
    runOutside(() => this.#look());
  }

  #tick(): void {
    this.sweeps.start();
    this.#look();
  }

  #look(): void {
    if (this.#hasEnded || this.#looking) return;
    this.#isWanted = false;
    this.#looking = this.#plan()
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        this.#looking = undefined;
        if (this.#isWanted) this.#look();
      });
  }

  async #plan(): Promise<void> {
    const turns = await this.plan.turns();
    const { phoneNumberIds, workers } = await this.queue.numbers([...turns.keys()]);
    for (const phoneNumberId of phoneNumberIds) {
      await this.queue.add(await this.plan.tickets(turns.get(phoneNumberId) ?? [], workers));
    }
  }

  #warn(error: unknown): void {
    if (this.#hasEnded || this.outages.covers(error)) return;
    this.logger.warn(`Bulk sends could not be looked after: ${String(error)}`);
  }
}
