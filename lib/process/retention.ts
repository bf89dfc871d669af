import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { PROCESS_OPTIONS, type ProcessOptions } from './processes.options.js';
import { RETENTION_OPTIONS, type RetentionOptions } from './retention.options.js';

const HOUR_MS = 60 * 60 * 1_000;

/** From time to time everything is looked through: some things were still needed when their time came. */
const THOROUGHLY_EVERY_MS = 24 * HOUR_MS;

/** What has become too old. */
export interface Expired {
  /** Everything up to here is. */
  readonly until: Date;
  /** What is older than this was dealt with already. */
  readonly since: Date;
  /** The process ends: stop at the next occasion. */
  readonly signal: AbortSignal;
}

/** Removes what has become too old, in small statements. */
export type Expire = (expired: Expired) => Promise<void>;

interface Kept {
  readonly lifetime: number;
  readonly expire: Expire;
  /** Until when all was dealt with, and when everything was looked through, in epoch milliseconds. */
  done: number;
  thoroughAt: number;
}

/** Has removed, every hour, what was kept long enough. Rooms above name what they keep. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #kept: Kept[] = [];
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PROCESS_OPTIONS) private readonly processes: ProcessOptions,
    @Inject(RETENTION_OPTIONS) private readonly options: RetentionOptions,
  ) {}

  add(what: keyof RetentionOptions, expire: Expire): void {
    const lifetime = this.options[what];
    if (lifetime !== undefined) this.#kept.push({ lifetime, expire, done: 0, thoroughAt: 0 });
  }

  onApplicationBootstrap(): void {
    if (!this.processes.isWorker || this.#kept.length === 0) return;
    void this.sweep();
    this.#timer = setInterval(() => void this.sweep(), HOUR_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#running;
  }

  /** Removes what is too old now; those who call meanwhile wait for the same. */
  sweep(now = Date.now()): Promise<void> {
    this.#running ??= this.#sweep(now).finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #sweep(now: number): Promise<void> {
    for (const kept of this.#kept) {
      const isThorough = now - kept.thoroughAt >= THOROUGHLY_EVERY_MS;
      const [since, until] = [isThorough ? 0 : kept.done, now - kept.lifetime];
      try {
        await kept.expire({ since: new Date(since), until: new Date(until), signal: this.#ending.signal });
        if (this.#ending.signal.aborted) return;
        kept.done = until;
        if (isThorough) kept.thoroughAt = now;
      } catch (error) {
        this.logger.warn(`What was kept long enough could not be removed; it is tried again: ${String(error)}`);
      }
    }
  }
}
