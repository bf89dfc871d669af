import type { DynamicModule, Provider } from '@nestjs/common';
import { InMemoryPacer } from '../../pacing/in-memory.pacer.js';
import { PACER } from '../../pacing/pacer.js';
import { BULK_QUEUE } from './bulk-queue.js';
import { bullModule, bullProviders, type BullQueueOptions } from './bull/bull.providers.js';
import { InProcessQueue } from './in-process.queue.js';
import { NumberLeases } from './number-leases.js';

/** What wakes the processes that send: this process alone, or Bull on a Redis that they share. */
export type QueueOptions = 'in-process' | 'bull' | BullQueueOptions;

/** The modules and providers of a queue. */
export interface QueueSetup {
  readonly imports: readonly DynamicModule[];
  readonly providers: readonly Provider[];
}

/** @throws ConfigurationError when Bull is wanted and not installed */
export function queueSetup(options: QueueOptions, database: DynamicModule): QueueSetup {
  if (options === 'in-process') {
    const providers = [
      NumberLeases,
      { provide: BULK_QUEUE, useClass: InProcessQueue },
      { provide: PACER, useFactory: () => new InMemoryPacer() },
    ];
    return { imports: [], providers };
  }
  const bull: BullQueueOptions = options === 'bull' ? { driver: 'bull' } : options;
  return { imports: [bullModule(bull, database)], providers: bullProviders() };
}
