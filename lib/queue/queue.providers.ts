import type { DynamicModule } from '@nestjs/common';
import { bullQueue } from './bull/bull.providers.js';
import { InProcessQueue } from './in-process.queue.js';
import { LeasedNumbers, NUMBER_SHARES } from './number-shares.js';
import { bullOptionsOf, CHUNK_QUEUE, QUEUE_REDIS, type QueueOptions, type QueueSetup } from './queue.js';

/** @throws ConfigurationError when the queue is Bull and that is not installed */
export function queueSetup(options: QueueOptions, database: DynamicModule): QueueSetup {
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
