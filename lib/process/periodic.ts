import type { LoggerService } from '@nestjs/common';
import { runOutside } from '../async-context.js';
import type { OutageLog } from '../store/outage-log.js';

export interface PeriodicOptions {
  /** Begins the line that is logged when a run fails, such as `Giving up overdue callbacks`. */
  readonly name: string;
  /** Milliseconds from one run's start to the next; while a run takes longer, none is started. */
  readonly everyMs: number;
  /** @param signal aborted by `stop` */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Whether `start` runs it right away; true by default. */
  readonly atStart?: boolean;
  /** Logs the first error of several in a row. Without a logger errors are ignored. */
  readonly logger?: LoggerService;
  /** Logs the errors that it covers. */
  readonly outages?: Pick<OutageLog, 'covers'>;
}

/** Runs something now and then, never twice at the same time, until it is stopped. */
export class Periodic {
  readonly #options: PeriodicOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isFailing = false;
  #stopping = new AbortController();

  constructor(options: PeriodicOptions) {
    this.#options = options;
  }

  /** Whether it was started, and not stopped since. */
  get isStarted(): boolean {
    return this.#timer !== undefined;
  }

  /** Keeps no process alive. May be called again after `stop`. */
  start(): void {
    if (this.isStarted) return;
    this.#stopping = new AbortController();
    this.#timer = runOutside(() => setInterval(() => void this.run(), this.#options.everyMs)).unref();
    if (this.#options.atStart ?? true) runOutside(() => void this.run());
  }

  /** Starts no further run, and waits for the one under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#isWanted = false;
    this.#stopping.abort();
    await this.#running;
  }

  /** Runs it now, unless it is running: then waits for that run. Never rejects. */
  run(): Promise<void> {
    return (this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWanted) this.wake();
    }));
  }

  /** Runs it now, and once more when it is running already: that run may have passed what is new. Only while started. */
  wake(): void {
    if (!this.isStarted) return;
    this.#isWanted = this.#running !== undefined;
    if (!this.#isWanted) runOutside(() => void this.run());
  }

  async #run(): Promise<void> {
    const { name, everyMs, run, logger, outages } = this.#options;
    const { signal } = this.#stopping;
    try {
      await run(signal);
      this.#isFailing = false;
    } catch (error) {
      if (signal.aborted || outages?.covers(error)) return;
      if (!this.#isFailing) logger?.warn(`${name} failed; retrying every ${everyMs / 1_000} s: ${String(error)}`);
      this.#isFailing = true;
    }
  }
}
