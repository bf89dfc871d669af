import type { DynamicModule, InjectionToken, LoggerService, Provider } from '@nestjs/common';
import type { AdvancedSettings, Job as BullJob, Queue as BullJobs } from 'bull';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../../process/processes.options.js';
import { NUMBER_SHARES, SharedNumbers } from '../number-shares.js';
import { CHUNK_QUEUE, QUEUE_REDIS, type QueueRedis } from '../queue.js';
import type { BullQueueOptions, QueueSetup } from '../queue.options.js';
import { loadNestBull, registerBullQueue } from './bull-registration.js';
import { BullDurableQueue, BullWakingQueue, DURABLE_JOB, WAKING_JOB } from './bull.queue.js';

const CHUNK_QUEUE_NAME = 'whatsapp-bulk';

const WAKING_SETTINGS: AdvancedSettings = {
  // A job that is taken over is a wake-up like any other.
  maxStalledCount: 1_000_000,
  // A chunk is not queued again while its job is there, be it in the hands of a process that died with it.
  lockDuration: 5_000,
  stalledInterval: 5_000,
  // In seconds: how long Redis keeps a job ready for a process that is frozen or out of reach.
  drainDelay: 1,
  // Soon after Redis is back.
  retryProcessDelay: 500,
};

const DURABLE_SETTINGS: AdvancedSettings = {
  // A job whose process died is taken over, however often that happens.
  maxStalledCount: 1_000,
  // In ms: within about 20 seconds. Bull's own figures make it more than a minute.
  lockDuration: 15_000,
  stalledInterval: 5_000,
  // In ms: soon after Redis is back.
  retryProcessDelay: 500,
};

/** The waking queue of chunks on the host's Bull connection, and its Redis for whatever else processes share. */
export function bullQueue(options: BullQueueOptions, database: DynamicModule): QueueSetup {
  const token = loadNestBull().getQueueToken(CHUNK_QUEUE_NAME);
  return {
    imports: [registerBullQueue({ name: CHUNK_QUEUE_NAME, settings: WAKING_SETTINGS }, options, database)],
    providers: [
      {
        provide: CHUNK_QUEUE,
        inject: [token, WHATSAPP_LOGGER],
        useFactory: (jobs: BullJobs, logger: LoggerService) => new BullWakingQueue(jobs, logger),
      },
      processorOf(CHUNK_QUEUE_NAME, WAKING_JOB, CHUNK_QUEUE),
      { provide: NUMBER_SHARES, useClass: SharedNumbers },
      {
        provide: QUEUE_REDIS,
        inject: [token],
        useFactory: (jobs: BullJobs): QueueRedis => ({
          client: jobs.client,
          prefix: jobs.toKey('').replace(/:+$/, ''),
          ping: () => jobs.client.ping(),
        }),
      },
    ],
  };
}

/** A durable `Queue` of a name in Redis, provided by a token. */
export function durableBullQueue(
  { name, token }: { readonly name: string; readonly token: InjectionToken },
  options: BullQueueOptions,
  database: DynamicModule,
): QueueSetup {
  return {
    imports: [registerBullQueue({ name, settings: DURABLE_SETTINGS }, options, database)],
    providers: [
      {
        provide: token,
        inject: [loadNestBull().getQueueToken(name), WHATSAPP_LOGGER],
        useFactory: (jobs: BullJobs, logger: LoggerService) => new BullDurableQueue(jobs, logger),
      },
      processorOf(name, DURABLE_JOB, token),
    ],
  };
}

interface BullConsumer {
  process(job: BullJob): Promise<void>;
}

/** The consumer of a queue, made here because its decorators are those of an optional package. */
function processorOf(
  queueName: string,
  job: { readonly name: string; readonly concurrency: number },
  queueToken: InjectionToken,
): Provider {
  const { Process, Processor } = loadNestBull();

  @Processor(queueName)
  class QueueProcessor {
    constructor(private readonly queue: BullConsumer) {}

    @Process(job)
    process(work: BullJob): Promise<void> {
      return this.queue.process(work);
    }
  }

  return {
    provide: QueueProcessor,
    inject: [PROCESS_OPTIONS, queueToken],
    // The explorer of @nestjs/bull looks at the instance: without one, a process that only serves requests takes no jobs.
    useFactory: ({ isWorker }: ProcessOptions, queue: BullConsumer) =>
      isWorker ? new QueueProcessor(queue) : undefined,
  };
}
