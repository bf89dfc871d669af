import type { LoggerService, Provider } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { QUEUE_REDIS, type QueueRedis } from '../queue/queue.js';
import { InMemoryPacer } from './in-memory.pacer.js';
import { PACER } from './pacer.js';
import { RedisPacer } from './redis.pacer.js';
import { InMemoryRequestLimits, RedisRequestLimits, REQUEST_LIMITS } from './request-limits.js';

/** Paces and request counts are kept in the Redis of the queue, if it has one, else by this process alone. */
export const pacingProviders: Provider[] = [
  {
    provide: PACER,
    inject: [QUEUE_REDIS],
    useFactory: (redis: QueueRedis | undefined) =>
      redis ? new RedisPacer(redis.client, redis.prefix) : new InMemoryPacer(),
  },
  {
    provide: REQUEST_LIMITS,
    inject: [WHATSAPP_LOGGER, QUEUE_REDIS],
    useFactory: (logger: LoggerService, redis: QueueRedis | undefined) =>
      redis ? new RedisRequestLimits(redis.client, redis.prefix, logger) : new InMemoryRequestLimits(),
  },
];
