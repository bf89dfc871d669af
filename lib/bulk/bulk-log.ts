import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { BulkTally } from './ledger/bulk-tally.js';

/** How many bulk sends the last log line is remembered for. */
const REMEMBERED = 1_000;

/** Logs when a bulk send begins, waits, resumes and ends: one line each, for any number of chunks and processes. */
@Injectable()
export class BulkLog {
  readonly #last = new LRUCache<string, string>({ max: REMEMBERED });

  constructor(@Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService) {}

  begins(id: string): void {
    this.#log('log', id, 'begins.');
  }

  waits(id: string, reason: string, until: Date): void {
    this.#log('log', id, `waits until ${until.toISOString()}: ${reason}`);
  }

  isPaused(id: string, reason: string, level: 'log' | 'warn' = 'warn'): void {
    this.#log(level, id, `is paused: ${reason}`);
  }

  goesOn(id: string): void {
    this.#log('log', id, 'goes on.');
  }

  ends(id: string, status: string, { sentCount, failedCount }: BulkTally): void {
    this.#log('log', id, `ends ${status}: ${sentCount} sent, ${failedCount} failed.`);
  }

  /** A transaction that runs again, or the next chunk, has nothing new to say. */
  #log(level: 'log' | 'warn', id: string, event: string): void {
    if (this.#last.get(id) === event) return;
    this.#last.set(id, event);
    this.logger[level](`Bulk send ${id} ${event}`);
  }
}
