import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { boundedCache } from '../../bounded-cache.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { QueuedEvents, EventRuns } from './queued-events.js';
import type { WhatsAppEvent } from './whatsapp-event.js';

/** Events that a process remembers it has delivered: Meta reports things twice within seconds. */
const REMEMBERED = 10_000;

/** Milliseconds that an app which ends waits for its handlers. */
const LAST_WAIT_MS = 10_000;

/** Under this name `nestjs-whatsapp/testing`, which is loaded apart, finds `idle()`. */
export const EVENTS_IDLE = Symbol.for('nestjs-whatsapp.events-idle');

/** Reports to the host what webhooks brought. */
@Injectable()
export class WhatsAppEvents implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #delivered = boundedCache<string, true>(REMEMBERED);
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly runs: EventRuns,
    private readonly queued: QueuedEvents,
  ) {}

  /**
   * Delivers events, in their order, after what they report was committed. Resolves once they are safe in the queue; without
   * one at once, whatever the handlers take.
   */
  async deliver(events: readonly WhatsAppEvent[]): Promise<void> {
    const awaited = events.filter((event) => this.runs.isAwaited(event) && !this.#delivered.has(eventKey(event)));
    if (awaited.length === 0) return;
    if (this.queued.isOn) await this.queued.add(awaited);
    const news = new Map(awaited.map((event) => [eventKey(event), event]));
    for (const key of news.keys()) this.#delivered.set(key, true);
    if (!this.queued.isOn) setImmediate(() => this.#start([...news.values()])); // not before whoever delivers is done with its own work
  }

  /** Resolves once no handler runs any more, for tests. */
  async idle(): Promise<void> {
    do {
      await Promise.allSettled(this.#running);
      await new Promise((resolve) => void setImmediate(resolve)); // what was delivered just now is running after that
    } while (this.#running.size > 0);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#finish();
  }

  /** Webhooks are answered until the server is closed. */
  onApplicationShutdown(): Promise<void> {
    return this.#finish();
  }

  async #finish(): Promise<void> {
    await new Promise((resolve) => void setImmediate(resolve)); // what was delivered just now is running after that
    const lastMoment = performance.now() + LAST_WAIT_MS;
    while (this.#running.size > 0 && performance.now() < lastMoment) {
      await Promise.race([...this.#running, passed(lastMoment - performance.now())]);
    }
    if (this.#running.size > 0) this.logger.warn(`${this.#running.size} events were still being handled at the end.`);
  }

  #start(events: readonly WhatsAppEvent[]): void {
    for (const event of events) {
      const run = this.runs.run(event).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }
}

const eventKey = ({ type, id }: WhatsAppEvent): string => `${type} ${id}`;

const passed = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
