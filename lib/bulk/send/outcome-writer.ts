import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { BulkOutcomes, type CallOutcome } from './bulk-outcomes.js';
import { Persistence } from './persistence.js';

/** Milliseconds that an outcome waits for others to be written with it. */
const LINGER_MS = 20;

/** Outcomes in one transaction. */
const MOST_AT_ONCE = 500;

/** Outcomes that wait to be written before sending waits for them. */
const MOST_UNWRITTEN = 1_000;

/** The outcomes of one bulk send that are still to be written. */
interface Backlog {
  outcomes: CallOutcome[];
  writing: Promise<void>;
}

/** Gathers the outcomes of calls and writes them down many at a time; those that come during a write go with the next. */
@Injectable()
export class OutcomeWriter {
  readonly #backlogs = new Map<string, Backlog>();
  #unwritten = 0;
  #waiting: (() => void)[] = [];

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outcomes: BulkOutcomes,
    private readonly persistence: Persistence,
  ) {}

  push(bulkSendId: string, outcome: CallOutcome): void {
    this.#unwritten += 1;
    const backlog = this.#backlogs.get(bulkSendId);
    if (backlog) {
      backlog.outcomes.push(outcome);
      return;
    }
    const started: Backlog = { outcomes: [outcome], writing: Promise.resolve() };
    this.#backlogs.set(bulkSendId, started);
    started.writing = this.#write(bulkSendId, started);
  }

  /** Waits while so much is unwritten that no more should be sent. */
  async room(): Promise<void> {
    while (this.#unwritten > MOST_UNWRITTEN) await new Promise<void>((resolve) => this.#waiting.push(resolve));
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
      this.#unwritten -= batch.length;
      for (const resume of this.#waiting.splice(0)) resume();
    }
    this.#backlogs.delete(bulkSendId);
  }
}
