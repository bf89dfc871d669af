import type { LoggerService } from '@nestjs/common';

/** Where the module logs: Nest's `LoggerService` of the host's choice. */
export const WHATSAPP_LOGGER = Symbol('WHATSAPP_LOGGER');

/** Milliseconds between two lines. */
const PAUSE = 60_000;

/** Says what may happen again and again, and not more than once a minute. */
export class ThrottledLogger {
  #quietUntil = -Infinity;

  constructor(private readonly logger: LoggerService) {}

  warn(text: string): void {
    if (performance.now() < this.#quietUntil) return;
    this.#quietUntil = performance.now() + PAUSE;
    this.logger.warn(`${text} (This is said once a minute at most.)`);
  }
}
