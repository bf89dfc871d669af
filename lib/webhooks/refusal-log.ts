import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';

/** Milliseconds between two lines. */
const PAUSE = 60_000;

/** Says why webhooks are refused, and not more than once a minute: whoever finds the address can have many refused. */
@Injectable()
export class RefusalLog {
  #quietUntil = -Infinity;

  constructor(@Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService) {}

  warn(text: string): void {
    if (performance.now() < this.#quietUntil) return;
    this.#quietUntil = performance.now() + PAUSE;
    this.logger.warn(`${text} (This is said once a minute at most.)`);
  }
}
