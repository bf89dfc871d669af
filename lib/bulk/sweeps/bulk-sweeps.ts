import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { BulkLifecycle } from '../lifecycle.js';
import { TemplatePauses } from '../template-pauses.js';
import { AbandonedAcceptances } from './abandoned-acceptances.js';
import { CancelledMessages } from './cancelled-messages.js';
import { FreedQuota } from './freed-quota.js';
import { LapsedBulkMessages } from './lapsed-bulk-messages.js';
import { Takeover } from './takeover.js';

/** What has to be looked after from time to time, whoever left it behind. */
interface Sweep {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
  nextAt?: number;
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
    lifecycle: BulkLifecycle,
    freedQuota: FreedQuota,
    templatePauses: TemplatePauses,
    cancelledMessages: CancelledMessages,
    lapsedMessages: LapsedBulkMessages,
    abandonedAcceptances: AbandonedAcceptances,
  ) {
    this.#sweeps = [
      { name: 'Takeover', everyMs: 0, run: () => takeover.run() },
      { name: 'DueSchedules', everyMs: 0, run: () => lifecycle.startScheduled() },
      { name: 'FreedQuota', everyMs: 5_000, run: () => freedQuota.look() },
      { name: 'ApprovedTemplates', everyMs: 2_000, run: () => templatePauses.resumeApproved() },
      { name: 'CancelledMessages', everyMs: 0, run: () => cancelledMessages.run() },
      { name: 'LapsedBulkMessages', everyMs: 0, run: () => lapsedMessages.run() },
      { name: 'AbandonedAcceptances', everyMs: 0, run: () => abandonedAcceptances.run() },
    ];
  }

  /** Starts those that are not running. */
  start(): void {
    for (const sweep of this.#sweeps) {
      if (this.#running.has(sweep) || performance.now() < (sweep.nextAt ?? 0)) continue;
      sweep.nextAt = performance.now() + sweep.everyMs;
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
        this.logger.warn(`${sweep.name} failed, and is tried again: ${String(error)}`);
      }
      this.#failing.add(sweep);
    }
  }
}
