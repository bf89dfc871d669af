import { types } from 'node:util';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  Optional,
  type LoggerService,
  type DynamicModule,
} from '@nestjs/common';
import { type Queue, bullOptionsOf, type WhatsAppQueueOptions, type QueueSetup } from '../../queue/queue.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../../process/this-process.js';
import type { WhatsAppEvent } from './whatsapp-event.js';
import { isJsonObject } from '../../graph/json.js';
import { isError } from '../../foreign-errors.js';
import { runOutside } from '../../async-context.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { EventHandlers, type EventHandler } from './event-handlers.js';
import { durableBullQueue } from '../../queue/bull/bull.providers.js';
import { ConfigurationError } from '../../errors.js';

/**
 * How events reach what the host has decorated.
 *
 * @publicApi
 */
export interface WhatsAppEventsOptions {
  /**
   * `process` (the default): once, in the process that took the webhook; what is under way when that is killed is lost.
   * `queue`: by jobs in the Redis of the Bull queue, at least once, and again for about an hour while a handler throws. For hosts
   * that must not lose one; the handlers must then be in every process that takes webhooks and in those with `workers`.
   */
  readonly delivery?: 'process' | 'queue' | undefined;
}

/** The outcome of an event. */
interface EventRun {
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

  isTypeAwaited(type: WhatsAppEvent['type']): boolean {
    return this.handlers.areOf(type);
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

/** Injects the durable `Queue` of events, where there is one. */
export const EVENT_QUEUE = Symbol('EVENT_QUEUE');

/** Events that go through a queue: they outlive the process, and a handler that throws has them again. */
@Injectable()
export class QueuedEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Optional() @Inject(EVENT_QUEUE) private readonly queue: Queue<QueuedEvent> | undefined,
    @Inject(PROCESS_OPTIONS) private readonly options: ProcessOptions,
    private readonly runs: EventRuns,
  ) {}

  get isOn(): boolean {
    return this.queue !== undefined;
  }

  /**
   * Whether what Meta reports again is an event again. It reports again what was not answered: a process may have been killed when
   * all was stored and nothing queued yet.
   */
  get repeatsEvents(): boolean {
    return this.isOn;
  }

  onApplicationBootstrap(): void {
    if (!this.options.isWorker) return;
    this.queue?.start(async ({ event, handled: before }, keep) => {
      const { handled, failed } = await this.runs.run(decodeEvent(event), before);
      if (failed.length === 0) return;
      // A handler that has it already does not get it again.
      if (handled.length > before.length) await keep({ event, handled });
      throw new Error(`${failed.join(', ')} failed.`);
    });
  }

  async add(events: readonly WhatsAppEvent[]): Promise<void> {
    await this.queue?.add(
      events.map((event) => ({ id: `${event.type} ${event.id}`, data: { event: encodeEvent(event), handled: [] } })),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.queue?.stop();
  }
}

/** An event as a job carries it. */
interface QueuedEvent {
  /** The event in JSON. */
  readonly event: string;
  /** Names of the handlers that have taken it. */
  readonly handled: readonly string[];
}

/** In JSON that keeps dates apart from texts. */
export function encodeEvent(event: WhatsAppEvent): string {
  return JSON.stringify(event, function (this: unknown, key, value: unknown) {
    // JSON.stringify has made a text of a date before it asks.
    const given: unknown = isJsonObject(this) || Array.isArray(this) ? Reflect.get(this, key) : value;
    return types.isDate(given) ? { $date: given.getTime() } : value;
  });
}

export function decodeEvent(text: string): WhatsAppEvent {
  const event: WhatsAppEvent = JSON.parse(text, (_key, value: unknown) =>
    isJsonObject(value) && typeof value['$date'] === 'number' ? new Date(value['$date']) : value,
  );
  return event;
}

/** Name of the Bull queue of events. */
const EVENT_QUEUE_NAME = 'whatsapp-events';

/** @throws ConfigurationError when events shall go through a queue and there is none */
export function eventQueueSetup(
  { delivery = 'process' }: WhatsAppEventsOptions,
  queue: WhatsAppQueueOptions,
  database: DynamicModule,
): QueueSetup {
  if (delivery === 'process') return { imports: [], providers: [] };
  const bull = bullOptionsOf(queue);
  if (!bull) throw new ConfigurationError("events: { delivery: 'queue' } needs queue: 'bull'.");
  return durableBullQueue({ name: EVENT_QUEUE_NAME, token: EVENT_QUEUE }, bull, database);
}
