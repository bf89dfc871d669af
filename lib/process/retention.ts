import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from './periodic.js';
import { PROCESS_OPTIONS, type ProcessOptions } from './this-process.js';

/** How long things are kept, in ms; what is left out is kept for good. */
export interface RetentionOptions {
  /** What was said: contents of messages, from their creation on. Rows, statuses and counters stay. */
  readonly messageContents?: number | undefined;
  /** Items of webhooks that could not be applied. */
  readonly webhookItems?: number | undefined;
  /** Deliveries of callbacks that came through, 7 days unless said otherwise; those that failed stay 23 days longer. */
  readonly callbackDeliveries?: number | undefined;
}

export const RETENTION_OPTIONS = Symbol('RETENTION_OPTIONS');

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

/** Removes expired data every hour. The rooms above register what they keep. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #kept: Kept[] = [];
  readonly #periodic = new Periodic({
    name: 'Removing expired data',
    everyMs: HOUR_MS,
    run: (signal) => this.removeExpired(Date.now(), signal),
  });

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
    if (this.processes.isWorker && this.#kept.length > 0) this.#periodic.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#periodic.stop();
  }

  /** Removes what has expired; done every hour by itself. Never rejects. */
  async removeExpired(now = Date.now(), signal: AbortSignal = new AbortController().signal): Promise<void> {
    for (const kept of this.#kept) {
      const isThorough = now - kept.thoroughAt >= THOROUGHLY_EVERY_MS;
      const [since, until] = [isThorough ? 0 : kept.done, now - kept.lifetime];
      try {
        await kept.expire({ since: new Date(since), until: new Date(until), signal });
        if (signal.aborted) return;
        kept.done = until;
        if (isThorough) kept.thoroughAt = now;
      } catch (error) {
        this.logger.warn(`Could not remove expired data; trying again in an hour: ${String(error)}`);
      }
    }
  }
}
