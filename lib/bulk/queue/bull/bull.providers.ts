import type { DynamicModule, LoggerService, Provider } from '@nestjs/common';
import type { Queue } from 'bull';
import { INSTALLATION_ID } from '../../../database/installation-id.provider.js';
import { WHATSAPP_LOGGER } from '../../../logger.js';
import { PACER } from '../../../pacing/pacer.js';
import { RedisPacer } from '../../../pacing/redis.pacer.js';
import { DeadProcesses } from '../../../processes/dead-processes.js';
import type { ChunkTicket } from '../../bulk-chunks.js';
import { BULK_QUEUE } from '../bulk-queue.js';
import { BullQueue } from './bull.queue.js';
import { loadNestBull } from './bull-packages.js';

/** Name of the Bull queue. */
export const BULK_QUEUE_NAME = 'whatsapp-bulk';

/** How the Bull queue is set up. */
export interface BullQueueOptions {
  readonly driver: 'bull';
  /** The key under which the host gave the connection: `BullModule.forRoot('key', …)`. */
  readonly configKey?: string | undefined;
  /** What every key in Redis begins with; `whatsapp` when left out. */
  readonly prefix?: string | undefined;
}

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

/**
 * A queue of the module's own on the host's Bull connection.
 * @param database exports the installation's id: deployments that share a Redis but no database stay apart
 */
export function bullModule(
  { configKey, prefix = 'whatsapp' }: BullQueueOptions,
  database: DynamicModule,
): DynamicModule {
  return loadNestBull().BullModule.registerQueueAsync({
    name: BULK_QUEUE_NAME,
    configKey,
    imports: [database],
    inject: [INSTALLATION_ID],
    // The brackets keep all keys in one slot of a Redis Cluster.
    useFactory: (installationId: string) => ({ prefix: `{${prefix}:${installationId}}`, settings: SETTINGS }),
  });
}

/** The queue and the pacer on that Redis. */
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
      useFactory: (queue: Queue) => new RedisPacer(queue.client, queue.toKey('').replace(/:+$/, '')),
    },
  ];
}
