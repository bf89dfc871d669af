import type { DynamicModule, LoggerService, Provider } from '@nestjs/common';
import type { Queue } from 'bull';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { PACER } from '../../pacing/pacer.js';
import { RedisPacer } from '../../pacing/redis.pacer.js';
import { DeadProcesses } from '../../process/dead-processes.js';
import { REQUEST_LIMITS, RedisRequestLimits } from '../../pacing/request-limits.js';
import type { ChunkTicket } from '../../bulk/bulk-chunks.js';
import { BULK_QUEUE } from '../bulk-queue.js';
import { QUEUE_REDIS, type QueueRedis } from '../queue-redis.js';
import type { BullQueueOptions } from '../queue-setup.js';
import { BullQueue } from './bull.queue.js';
import { loadNestBull } from './bull-packages.js';
import { registerBullQueue } from './bull-registration.js';

/** Name of the Bull queue. */
export const BULK_QUEUE_NAME = 'whatsapp-bulk';

const SETTINGS = {
  // A job that is taken over is a ticket like any other.
  maxStalledCount: 1_000_000,
  // A chunk is not queued again while its ticket is there, be it in the hands of a process that died with it.
  lockDuration: 5_000,
  stalledInterval: 5_000,
  // In seconds: how long Redis keeps a ticket ready for a process that is frozen or out of reach.
  drainDelay: 1,
  // Soon after Redis is back.
  retryProcessDelay: 500,
} as const;

/** The queue of bulk sends on the host's Bull connection. */
export const bullModule = (options: BullQueueOptions, database: DynamicModule): DynamicModule =>
  registerBullQueue({ name: BULK_QUEUE_NAME, settings: SETTINGS }, options, database);

/** The queue, the pacer and the counts of requests on that Redis. */
export function bullProviders(): Provider[] {
  const queueToken = loadNestBull().getQueueToken(BULK_QUEUE_NAME);
  return [
    {
      provide: BULK_QUEUE,
      inject: [queueToken, DeadProcesses, WHATSAPP_LOGGER],
      useFactory: (queue: Queue<ChunkTicket>, deadProcesses: DeadProcesses, logger: LoggerService) =>
        new BullQueue(queue, deadProcesses, logger),
    },
    {
      provide: PACER,
      inject: [queueToken],
      useFactory: (queue: Queue) => new RedisPacer(queue.client, prefixOf(queue)),
    },
    {
      provide: REQUEST_LIMITS,
      inject: [queueToken, WHATSAPP_LOGGER],
      useFactory: (queue: Queue, logger: LoggerService) =>
        new RedisRequestLimits(queue.client, prefixOf(queue), logger),
    },
    {
      provide: QUEUE_REDIS,
      inject: [queueToken],
      useFactory: (queue: Queue): QueueRedis => ({ ping: () => queue.client.ping() }),
    },
  ];
}

const prefixOf = (queue: Queue): string => queue.toKey('').replace(/:+$/, '');
