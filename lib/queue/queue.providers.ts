import type { DynamicModule } from '@nestjs/common';
import { InMemoryPacer } from '../pacing/in-memory.pacer.js';
import { PACER } from '../pacing/pacer.js';
import { REQUEST_LIMITS, InMemoryRequestLimits } from '../pacing/request-limits.js';
import { BULK_QUEUE } from './bulk-queue.js';
import { bullModule, bullProviders } from './bull/bull.providers.js';
import { InProcessQueue } from './in-process.queue.js';
import { NumberLeases } from './number-leases.js';
import { QUEUE_REDIS } from './queue-redis.js';
import { bullOptionsOf, type QueueOptions, type QueueSetup } from './queue-setup.js';

/** @throws ConfigurationError when Bull is wanted and not installed */
export function queueSetup(options: QueueOptions, database: DynamicModule): QueueSetup {
  const bull = bullOptionsOf(options);
  if (!bull) {
    const providers = [
      NumberLeases,
      { provide: BULK_QUEUE, useClass: InProcessQueue },
      { provide: PACER, useFactory: () => new InMemoryPacer() },
      { provide: REQUEST_LIMITS, useClass: InMemoryRequestLimits },
      { provide: QUEUE_REDIS, useValue: undefined },
    ];
    return { imports: [], providers };
  }
  return { imports: [bullModule(bull, database)], providers: bullProviders() };
}
