import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { AbandonedAcceptances } from './abandoned-acceptances.js';
import { CancelledMessages } from './cancelled-messages.js';
import { DueSchedules } from './due-schedules.js';
import { FreedQuota } from './freed-quota.js';
import { LapsedBulkMessages } from './lapsed-bulk-messages.js';
import { Takeover } from './takeover.js';

/** What has to be looked after from time to time, whoever left it behind. */
export interface Sweep {
  run(): Promise<void>;
}

/** Runs every sweep; one that fails keeps none of the others from running. */
@Injectable()
export class BulkSweeps {
  readonly #sweeps: readonly Sweep[];
  #failures = new Set<string>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    takeover: Takeover,
    dueSchedules: DueSchedules,
    freedQuota: FreedQuota,
    cancelledMessages: CancelledMessages,
    lapsedMessages: LapsedBulkMessages,
    abandonedAcceptances: AbandonedAcceptances,
  ) {
    this.#sweeps = [takeover, dueSchedules, freedQuota, cancelledMessages, lapsedMessages, abandonedAcceptances];
  }

  async run(): Promise<void> {
    for (const sweep of this.#sweeps) {
      const { name } = sweep.constructor;
      try {
        await sweep.run();
        this.#failures.delete(name);
      } catch (error) {
        if (!this.#failures.has(name)) this.logger.warn(`${name} failed, and is tried again: ${String(error)}`);
        this.#failures.add(name);
      }
    }
  }
}
