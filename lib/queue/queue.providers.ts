import type { DynamicModule } from '@nestjs/common';
import { bullQueue } from './bull/bull.providers.js';
import { LeasedNumbers, NUMBER_SHARES } from './number-shares.js';
import {
  bullOptionsOf,
  CHUNK_QUEUE,
  QUEUE_REDIS,
  type WhatsAppQueueOptions,
  type QueueSetup,
  type Job,
  type JobHandler,
  type Queue,
} from './queue.js';
import { runOutside } from '../async-context.js';

/** A waking queue for this process alone, with nothing but its memory. */
class InProcessQueue<Data> implements Queue<Data> {
  readonly #running = new Set<string>();
  #handler: JobHandler<Data> | undefined;

  start(handler: JobHandler<Data>): void {
    this.#handler = handler;
  }

  async add(jobs: readonly Job<Data>[]): Promise<void> {
    // It runs long after the call that added it.
    for (const job of jobs) void runOutside(() => this.#run(job));
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
  }

  async #run({ id, data }: Job<Data>): Promise<void> {
    if (!this.#handler || this.#running.has(id)) return;
    this.#running.add(id);
    try {
      await this.#handler(data, async () => {});
    } finally {
      this.#running.delete(id);
    }
  }
}

/** @throws ConfigurationError when the queue is Bull and that is not installed */
export function queueSetup(options: WhatsAppQueueOptions, database: DynamicModule): QueueSetup {
  const bull = bullOptionsOf(options);
  if (bull) return bullQueue(bull, database);
  return {
    imports: [],
    providers: [
      { provide: CHUNK_QUEUE, useFactory: () => new InProcessQueue() },
      { provide: NUMBER_SHARES, useClass: LeasedNumbers },
      { provide: QUEUE_REDIS, useValue: undefined },
    ],
  };
}
