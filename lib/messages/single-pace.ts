import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import type { FailedOutcome } from '../graph/graph-outcome.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { type PacedNumber, PACER, type Pacer } from '../pacing/pacer.js';

/** Milliseconds that a single message waits for its slot. After that, or with Redis away, Meta may decide. */
const LONGEST_WAIT_MS = 2_000;

/** Keeps single messages within their number's throughput, ahead of bulk messages: a login code waits for no campaign. */
@Injectable()
export class SinglePace {
  constructor(
    @Inject(PACER) private readonly pacer: Pacer,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  async slot(number: PacedNumber): Promise<void> {
    // Only its own signal ends the wait.
    await this.pacer.single(number, AbortSignal.timeout(LONGEST_WAIT_MS)).catch(() => undefined);
  }

  /** Meta found the number too fast: bulk messages, too, go slower for a while. */
  async refused(number: PacedNumber, { kind, error }: FailedOutcome): Promise<void> {
    if (kind !== 'refused' || error.reaction !== 'PHONE_SLOW' || error.retryAfter !== undefined) return;
    try {
      await this.pacer.slowDown(number);
    } catch (slowError) {
      this.logger.warn(`Phone number ${number.phoneNumberId} could not be slowed down: ${String(slowError)}`);
    }
  }
}
