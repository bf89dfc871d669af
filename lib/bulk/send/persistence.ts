import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { OutageLog } from '../../store/outage-log.js';
import { WHATSAPP_LOGGER } from '../../logger.js';

/** Milliseconds between two tries. */
const PAUSE_MS = 250;

/** Milliseconds that a process which is told to end still tries. */
const LAST_TRIES_MS = 10_000;

/** Writes what must not be lost while the database is away: tries again until it is back. */
@Injectable()
export class Persistence {
  #endsAt = Infinity;

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  /** From now on tries are given up after a while, so that the process can end. */
  end(): void {
    this.#endsAt = Date.now() + LAST_TRIES_MS;
  }

  /** @returns whether it was written; false only while the process ends */
  async persist(write: () => Promise<void>): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (!this.outages.covers(error) && tries === 1) {
          this.logger.warn(`The database did not take a write; it is tried again: ${String(error)}`);
        }
        if (Date.now() > this.#endsAt) return false;
        await delay(PAUSE_MS);
      }
    }
  }
}
