import type * as NestBull from '@nestjs/bull';
import type { DynamicModule, InjectionToken, LoggerService, Provider } from '@nestjs/common';
import type { AdvancedSettings, Job as BullJob, Queue as BullJobs, QueueOptions } from 'bull';
import { ConfigurationError } from '../../errors.js';
import { codeOf, messageOf } from '../../foreign-errors.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../../process/this-process.js';
import { INSTALLATION_ID } from '../../store/data-source.provider.js';
import { NUMBER_SHARES, SharedNumbers } from '../number-shares.js';
import { type BullQueueOptions, CHUNK_QUEUE, QUEUE_REDIS, type QueueRedis, type QueueSetup } from '../queue.js';
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
  // A job of a process that died is taken over, however often that happens.
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
          duplicate: () => {
            const connection = jobs.client.duplicate();
            // Without a listener an error of the connection would be printed; whoever waits on it gets it.
            connection.on('error', () => {});
            return connection;
          },
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

/**
 * `@nestjs/bull`, loaded only when the queue is Bull: hosts without it need not install it.
 * @throws ConfigurationError with the line that installs it
 */
function loadNestBull(): typeof NestBull {
  try {
    // oxlint-disable-next-line typescript/no-require-imports -- must not happen before it is known to be needed
    const nestBull: typeof NestBull = require('@nestjs/bull');
    return nestBull;
  } catch (error) {
    const line = 'npm install @nestjs/bull@12 bull@4 with Nest 12, npm install @nestjs/bull@11 bull@4 with Nest 11';
    const isMissing = codeOf(error) === 'MODULE_NOT_FOUND';
    const problem = isMissing ? 'needs two more packages' : `cannot load @nestjs/bull (${messageOf(error)})`;
    throw new ConfigurationError(`queue: 'bull' ${problem}: ${line}`, { cause: error });
  }
}

/** What the host gave `BullModule.forRoot`. */
type SharedConfig = QueueOptions & { readonly url?: string };

/**
 * A queue of the module's own on the host's Bull connection.
 * @param database exports the installation's id: deployments that share a Redis but no database stay apart
 */
function registerBullQueue(
  { name, settings }: { readonly name: string; readonly settings: AdvancedSettings },
  { configKey, prefix = 'whatsapp' }: BullQueueOptions,
  database: DynamicModule,
): DynamicModule {
  const { BullModule, getSharedConfigToken } = loadNestBull();
  return BullModule.registerQueueAsync({
    name,
    configKey,
    imports: [database],
    inject: [INSTALLATION_ID, { token: getSharedConfigToken(configKey), optional: true }],
    useFactory: (installationId: string, shared: SharedConfig | undefined) => {
      assertConnection(shared, configKey);
      // The brackets keep all keys in one slot of a Redis Cluster.
      return { prefix: `{${prefix}:${installationId}}`, settings };
    },
  });
}

/** Bull itself would take a Redis on 127.0.0.1:6379 for meant. */
function assertConnection(shared: SharedConfig | undefined, configKey: string | undefined): void {
  if (shared?.url !== undefined || shared?.redis !== undefined || shared?.createClient !== undefined) return;
  const key = configKey === undefined ? '' : `'${configKey}', `;
  throw new ConfigurationError(
    `queue: 'bull' found ${shared ? 'a BullModule.forRoot() that names no Redis' : 'no connection of @nestjs/bull'}. Write ` +
      `BullModule.forRoot(${key}{ url: 'redis://127.0.0.1:6379' }) under the imports of your app, with BullModule from ` +
      "@nestjs/bull: BullMQ's module, of @nestjs/bullmq, is another one. Without a Redis, leave `queue` out.",
  );
}
