import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { Job as BullJob, JobOptions, Queue as BullJobs } from 'bull';
import { messageOf } from '../../foreign-errors.js';
import { ThrottledLogger } from '../../logger.js';
import type { Job, JobHandler, Queue } from '../queue.js';

/** A queue in Redis, for the processes that share it. Its jobs come in by the processor of `bull.providers.ts`. */
abstract class BullQueue<Data> implements Queue<Data> {
  readonly #log: ThrottledLogger;
  /** Undefined when the queue was stopped before it was started. */
  readonly #handler: Promise<JobHandler<Data> | undefined>;
  #setHandler: (handler?: JobHandler<Data>) => void = () => {};

  constructor(
    protected readonly jobs: BullJobs<Data>,
    logger: LoggerService,
  ) {
    this.#log = new ThrottledLogger(logger);
    this.#handler = new Promise((resolve) => (this.#setHandler = resolve));
    // Without a listener an error of the connection would end the process. What matters is tried again.
    jobs.on('error', (error) => this.report(error));
    // oxlint-disable-next-line typescript/unbound-method -- the proxy passes `this` on
    jobs.process = this.#reporting(jobs.process);
  }

  start(handler: JobHandler<Data>): void {
    this.#setHandler(handler);
  }

  abstract add(jobs: readonly Job<Data>[]): Promise<void>;

  /** Works on a job; one that comes before `start` waits for it. */
  async process(job: BullJob<Data>): Promise<void> {
    const handler = await this.#handler;
    if (!handler) throw new Error('The process ended before it worked on jobs.');
    await this.handle(() => handler(job.data, (data) => job.update(data)));
  }

  stop(): Promise<void> {
    this.#setHandler();
    return this.pause();
  }

  protected abstract handle(run: () => Promise<void>): Promise<void>;

  protected abstract pause(): Promise<void>;

  protected report(error: unknown): void {
    this.#log.warn(`Redis is not available; queue ${this.jobs.name} waits for it: ${messageOf(error)}`);
  }

  protected addBulk(jobs: readonly Job<Data>[], name: string, options: JobOptions): Promise<unknown> {
    return this.jobs.addBulk(
      jobs.map(({ id, data }) => ({
        name,
        data,
        opts: { ...options, jobId: id, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  /**
   * `process` rejects when the queue is closed before it was connected, and the explorer of @nestjs/bull does not catch that:
   * the process would end with an unhandled rejection.
   */
  #reporting(process: BullJobs<Data>['process']): BullJobs<Data>['process'] {
    return new Proxy(process, {
      apply: async (target, self: unknown, args: unknown[]) => {
        try {
          await Reflect.apply(target, self, args);
        } catch (error) {
          this.report(error);
        }
      },
    });
  }
}

/**
 * Name of the jobs, and how many a process takes at a time. More would be of no use, and a process that is
 * frozen or out of reach would keep as many jobs from the others.
 */
export const WAKING_JOB = { name: 'chunk', concurrency: 1 } as const;

/** Jobs that a process handles at a time: each waits for the pace of a phone number most of the time. */
const MAX_HANDLED = 100;

/** A waking queue: a job ends at once, while its handler still runs. Who does the work is decided in the database. */
export class BullWakingQueue<Data> extends BullQueue<Data> {
  readonly #running = new Set<Promise<void>>();

  async add(jobs: readonly Job<Data>[]): Promise<void> {
    if (jobs.length > 0) await this.addBulk(jobs, WAKING_JOB.name, {});
  }

  protected async handle(run: () => Promise<void>): Promise<void> {
    while (this.#running.size >= MAX_HANDLED) await Promise.race(this.#running);
    const running = run().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  protected pause(): Promise<void> {
    return this.jobs.pause(true, true);
  }
}

export const DURABLE_JOB = { name: 'job', concurrency: 10 } as const;

/** The last try comes about an hour after the first: each pause is twice as long as the one before. */
const RETRY_OPTIONS = { attempts: 12, backoff: { type: 'exponential', delay: 1_000 } } as const;

/** Milliseconds before jobs are added again that Redis did not take. */
const ADD_RETRY_MS = 1_000;

/** Milliseconds after which `add` rejects: its caller has someone wait. */
const ADD_TIMEOUT_MS = 5_000;

/** A durable queue: a job is tried until its handler resolves. */
export class BullDurableQueue<Data> extends BullQueue<Data> {
  readonly #stopping = new AbortController();

  constructor(jobs: BullJobs<Data>, logger: LoggerService) {
    super(jobs, logger);
    jobs.on('failed', ({ id, attemptsMade }, error) => {
      if (attemptsMade < RETRY_OPTIONS.attempts) return;
      logger.error(`Job ${id} of queue ${jobs.name} failed after ${attemptsMade} tries: ${error.message}`);
    });
  }

  /** @throws the error of Redis, when it is away for seconds */
  async add(jobs: readonly Job<Data>[]): Promise<void> {
    const { signal } = this.#stopping;
    const deadline = performance.now() + ADD_TIMEOUT_MS;
    for (;;) {
      try {
        await within(deadline - performance.now(), this.addBulk(jobs, DURABLE_JOB.name, RETRY_OPTIONS));
        return;
      } catch (error) {
        this.report(error);
        if (signal.aborted || performance.now() + ADD_RETRY_MS > deadline) throw error;
        await delay(ADD_RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  protected handle(run: () => Promise<void>): Promise<void> {
    return run();
  }

  protected async pause(): Promise<void> {
    this.#stopping.abort();
    await this.jobs.pause(true);
  }
}

/** While Redis is away, Bull's own calls wait for a connection. */
async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const passed = delay(ms, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`Redis did not answer within ${ADD_TIMEOUT_MS} ms.`);
  });
  try {
    return await Promise.race([call, passed]);
  } finally {
    timer.abort();
  }
}
