import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { Queue } from 'bull';
import { isError } from '../../foreign-errors.js';
import type { Job, JobHandler, JobQueue } from '../job-queue.js';

const JOB = 'job';

/** Jobs that a process does at a time. */
const AT_A_TIME = 10;

/** The last try comes about an hour after the first: each pause is twice as long as the one before. */
const RETRY_OPTIONS = { attempts: 12, backoff: { type: 'exponential', delay: 1_000 } } as const;

const ADDED_AGAIN_AFTER_MS = 1_000;
/** Who adds jobs has somebody wait, who would rather hear that it failed. */
const ADDED_WITHIN_MS = 5_000;
const REPORT_INTERVAL_MS = 60_000;

/** Jobs in Redis, for the processes that share it. */
export class BullJobs<Data> implements JobQueue<Data> {
  readonly #ended = new AbortController();
  #silentUntil = 0;

  constructor(
    private readonly queue: Queue<Data>,
    private readonly logger: LoggerService,
  ) {
    // Without a listener an error of the connection would end the process. What matters is tried again.
    queue.on('error', (error) => this.#report(error));
    queue.on('failed', ({ id, attemptsMade }, error) => {
      if (attemptsMade < RETRY_OPTIONS.attempts) return;
      this.logger.error(`Job ${id} of ${queue.name} is given up after ${attemptsMade} tries: ${error.message}`);
    });
  }

  start(handler: JobHandler<Data>): void {
    this.queue
      .process(JOB, AT_A_TIME, (job) => handler(job.data, (data) => job.update(data)))
      // It rejects when the queue is closed before it was connected.
      .catch((error: unknown) => this.#report(error));
  }

  /** @throws what Redis fails with, when it is away for seconds */
  async add(jobs: readonly Job<Data>[]): Promise<void> {
    const { signal } = this.#ended;
    const deadline = performance.now() + ADDED_WITHIN_MS;
    const added = jobs.map(({ id, data }) => ({
      name: JOB,
      data,
      opts: { ...RETRY_OPTIONS, jobId: id, removeOnComplete: true, removeOnFail: true },
    }));
    for (;;) {
      try {
        await within(deadline - performance.now(), this.queue.addBulk(added));
        return;
      } catch (error) {
        this.#report(error);
        if (signal.aborted || performance.now() + ADDED_AGAIN_AFTER_MS > deadline) throw error;
        await delay(ADDED_AGAIN_AFTER_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.queue.pause(true);
  }

  /** Connections are tried again several times a second: one line a minute is enough. */
  #report(error: unknown): void {
    if (!isError(error) || performance.now() < this.#silentUntil) return;
    this.#silentUntil = performance.now() + REPORT_INTERVAL_MS;
    this.logger.warn(`Redis, or Bull, has trouble; ${this.queue.name} waits meanwhile: ${error.message}`);
  }
}

/** While Redis is away, Bull's own calls wait for a connection. */
async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const passed = delay(ms, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`Redis did not answer within ${ADDED_WITHIN_MS} ms.`);
  });
  try {
    return await Promise.race([call, passed]);
  } finally {
    timer.abort();
  }
}
