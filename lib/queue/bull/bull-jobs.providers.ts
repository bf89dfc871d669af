import type { DynamicModule, InjectionToken, LoggerService } from '@nestjs/common';
import type { Queue } from 'bull';
import { WHATSAPP_LOGGER } from '../../logger.js';
import type { BullQueueOptions, QueueSetup } from '../queue-setup.js';
import { loadNestBull } from './bull-packages.js';
import { registerBullQueue } from './bull-registration.js';
import { BullJobs } from './bull.jobs.js';

const SETTINGS = {
  // A job whose process died is taken over, however often that happens.
  maxStalledCount: 1_000,
  // In ms: within about 20 seconds. Bull's own figures make it more than a minute.
  lockDuration: 15_000,
  stalledInterval: 5_000,
  // In ms: soon after Redis is back.
  retryProcessDelay: 500,
} as const;

/** A `JobQueue` of a name in Redis, provided by a token. */
export function bullJobs(
  { name, token }: { readonly name: string; readonly token: InjectionToken },
  options: BullQueueOptions,
  database: DynamicModule,
): QueueSetup {
  return {
    imports: [registerBullQueue({ name, settings: SETTINGS }, options, database)],
    providers: [
      {
        provide: token,
        inject: [loadNestBull().getQueueToken(name), WHATSAPP_LOGGER],
        useFactory: (queue: Queue, logger: LoggerService) => new BullJobs(queue, logger),
      },
    ],
  };
}
