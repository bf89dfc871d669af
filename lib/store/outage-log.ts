import { Inject, Injectable, type LoggerService, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { runOutside } from '../async-context.js';
import { codeOf } from '../foreign-errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { WHATSAPP_DATA_SOURCE } from './data-source.provider.js';
import { isTransientDatabaseError } from './driver-errors.js';

const INTERVAL_MS = 2_000;

/** Codes of files and of Node itself: no server is away. */
const LOCAL = /^(?:ENOENT|EACCES|EPERM|EISDIR|ENOTDIR|EEXIST|EMFILE|ENOSPC|ERR_)/;

/**
 * Logs an outage of the database, or of Redis, once when it begins and once when it is over, with the number of operations
 * that failed because of it: not once for each of them.
 */
@Injectable()
export class OutageLog implements OnModuleDestroy {
  #failures = 0;
  #failuresBefore = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  /** @returns whether the error is an outage: then it is counted here, and needs no line of its own */
  covers(error: unknown): boolean {
    if (!isTransientDatabaseError(error) || isLocal(error)) return false;
    this.#failures += 1;
    if (this.#timer) return true;
    this.#since = Date.now();
    this.logger.warn(
      `The database, or Redis, cannot be used at the moment: ${String(error)}. Further failures are counted and logged when it is over.`,
    );
    this.#timer = runOutside(() => setInterval(() => void this.#ask(), INTERVAL_MS).unref());
    return true;
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** It is over when the database answers, and nothing has failed since it was asked before. */
  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      await this.dataSource.query('SELECT 1');
      const isQuiet = this.#failures === this.#failuresBefore;
      this.#failuresBefore = this.#failures;
      if (isQuiet) this.#end();
    } catch {
      this.#failuresBefore = -1;
    } finally {
      this.#isAsking = false;
    }
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const seconds = Math.round((Date.now() - this.#since) / 1_000);
    this.logger.log(
      `The database and Redis can be used again after ${seconds} s; ${this.#failures} operations failed.`,
    );
    this.#failures = 0;
    this.#failuresBefore = -1;
  }
}

const isLocal = (error: unknown): boolean => LOCAL.test(codeOf(error) ?? '');
