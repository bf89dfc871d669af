import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { BulkOutcomes, type CallOutcome } from './bulk-outcomes.js';
import { Persistence } from './persistence.js';

/** Milliseconds that an outcome waits for others to be written with it. */
const LINGER_MS = 20;

/** Outcomes in one transaction. */
const MOST_AT_ONCE = 500;

/** The outcomes of one bulk send that are still to be written. */
interface Backlog {
  outcomes: CallOutcome[];
  writing: Promise<void>;
}

/** Gathers the outcomes of calls and writes them down many at a time; those that come during a write go with the next. */
@Injectable()
export class OutcomeWriter {
  readonly #backlogs = new Map<string, Backlog>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outcomes: BulkOutcomes,
    private readonly persistence: Persistence,
  ) {}

  /** How many outcomes are not written yet. */
  get backlog(): number {
    return [...this.#backlogs.values()].reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  }

  push(bulkSendId: string, outcome: CallOutcome): void {
    const backlog = this.#backlogs.get(bulkSendId);
    if (backlog) {
      backlog.outcomes.push(outcome);
      return;
    }
    const started: Backlog = { outcomes: [outcome], writing: Promise.resolve() };
    this.#backlogs.set(bulkSendId, started);
    started.writing = this.#write(bulkSendId, started);
  }

  /** Waits until everything that was pushed for a bulk send is written, or given up. */
  async settled(bulkSendId: string): Promise<void> {
    await this.#backlogs.get(bulkSendId)?.writing;
  }

  async #write(bulkSendId: string, backlog: Backlog): Promise<void> {
    while (backlog.outcomes.length > 0) {
      if (backlog.outcomes.length < MOST_AT_ONCE) await delay(LINGER_MS);
      const batch = backlog.outcomes.slice(0, MOST_AT_ONCE);
      const isWritten = await this.persistence.persist(() => this.outcomes.record(bulkSendId, batch));
      if (!isWritten) {
        // Their rows stay `sending`, and become `unconfirmed` by and by.
        this.logger.error(`What became of ${batch.length} messages of bulk send ${bulkSendId} could not be stored.`);
      }
      backlog.outcomes = backlog.outcomes.slice(batch.length);
    }
    this.#backlogs.delete(bulkSendId);
  }
}
