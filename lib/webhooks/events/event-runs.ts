import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { isError } from '../../foreign-errors.js';
import { runOutside } from '../../async-context.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { EventHandlers, type EventHandler } from './event-handlers.js';
import type { WhatsAppEvent } from './whatsapp-event.js';

/** What became of an event. */
export interface EventRun {
  /** Names of the handlers that have taken it. */
  readonly handled: readonly string[];
  readonly failed: readonly string[];
}

/** Calls the host's handlers. */
@Injectable()
export class EventRuns {
  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly handlers: EventHandlers,
  ) {}

  isAwaited(event: WhatsAppEvent): boolean {
    return this.handlers.of(event).length > 0;
  }

  /** Calls all who take an event, but for those who had it already; never rejects. */
  async run(event: WhatsAppEvent, handledBefore: readonly string[] = []): Promise<EventRun> {
    const due = this.handlers.of(event).filter(({ name }) => !handledBefore.includes(name));
    const runs = await Promise.all(due.map(async (handler) => ({ handler, isDone: await this.#call(handler, event) })));
    const named = (isDone: boolean) => runs.filter((run) => run.isDone === isDone).map(({ handler }) => handler.name);
    return { handled: [...handledBefore, ...named(true)], failed: named(false) };
  }

  async #call(handler: EventHandler, event: WhatsAppEvent): Promise<boolean> {
    try {
      // Events of several webhooks are delivered together: no handler is in the context of one of their requests.
      await runOutside(() => handler.handle(event));
      return true;
    } catch (error) {
      const stack = isError(error) ? error.stack : undefined;
      this.logger.error(`${handler.name} failed at the event ${event.type} ${event.id}: ${String(error)}`, stack);
      return false;
    }
  }
}
