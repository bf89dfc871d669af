import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { OutageLog } from '../../store/outage-log.js';

/** Milliseconds between two tries. */
const RETRY_MS = 250;

/** Milliseconds for which a process that ends still retries. */
const END_TIMEOUT_MS = 10_000;

/** Stores what must not be lost while the database is away: retries until it is back. */
@Injectable()
export class RetryUntilStored {
  #endsAt = Infinity;

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  /** From now on retries end after a while, so that the process can end. */
  end(): void {
    this.#endsAt = Date.now() + END_TIMEOUT_MS;
  }

  /** @returns whether it was written; false only while the process ends */
  async run(write: () => Promise<void>): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (!this.outages.covers(error) && tries === 1) {
          this.logger.warn(`A write failed; retrying until it is stored: ${String(error)}`);
        }
        if (Date.now() > this.#endsAt) return false;
        await delay(RETRY_MS);
      }
    }
  }
}
