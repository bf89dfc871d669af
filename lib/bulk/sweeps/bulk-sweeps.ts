import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { AbandonedAcceptances } from './abandoned-acceptances.js';
import { ApprovedTemplates } from './approved-templates.js';
import { CancelledMessages } from './cancelled-messages.js';
import { DueSchedules } from './due-schedules.js';
import { FreedQuota } from './freed-quota.js';
import { LapsedBulkMessages } from './lapsed-bulk-messages.js';
import { Takeover } from './takeover.js';

/** What has to be looked after from time to time, whoever left it behind. */
export interface Sweep {
  run(): Promise<void>;
}

/** Runs every sweep, each by itself: one that takes long or fails holds up none of the others. */
@Injectable()
export class BulkSweeps {
  readonly #sweeps: readonly Sweep[];
  readonly #running = new Map<Sweep, Promise<void>>();
  readonly #failing = new Set<Sweep>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    takeover: Takeover,
    dueSchedules: DueSchedules,
    freedQuota: FreedQuota,
    approvedTemplates: ApprovedTemplates,
    cancelledMessages: CancelledMessages,
    lapsedMessages: LapsedBulkMessages,
    abandonedAcceptances: AbandonedAcceptances,
  ) {
    this.#sweeps = [
      takeover,
      dueSchedules,
      freedQuota,
      approvedTemplates,
      cancelledMessages,
      lapsedMessages,
      abandonedAcceptances,
    ];
  }

  /** Starts those that are not running. */
  start(): void {
    for (const sweep of this.#sweeps) {
      if (this.#running.has(sweep)) continue;
      this.#running.set(
        sweep,
        this.#run(sweep).finally(() => this.#running.delete(sweep)),
      );
    }
  }

  /** Waits for those that are running. */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #run(sweep: Sweep): Promise<void> {
    try {
      await sweep.run();
      this.#failing.delete(sweep);
    } catch (error) {
      if (!this.#failing.has(sweep)) {
        this.logger.warn(`${sweep.constructor.name} failed, and is tried again: ${String(error)}`);
      }
      this.#failing.add(sweep);
    }
  }
}
