import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  Optional,
} from '@nestjs/common';
import type { JobQueue } from '../../queue/job-queue.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../../process/processes.options.js';
import { EventRuns } from './event-runs.js';
import type { WhatsAppEvent } from './whatsapp-event.js';
import { types } from 'node:util';
import { isJsonObject } from '../../graph/json-object.js';

/** Injects the `JobQueue` of events, where there is one. */
export const EVENT_QUEUE = Symbol('EVENT_QUEUE');

/** Events that go through a queue: they outlive the process, and a handler that throws has them again. */
@Injectable()
export class QueuedEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Optional() @Inject(EVENT_QUEUE) private readonly queue: JobQueue<QueuedEvent> | undefined,
    @Inject(PROCESS_OPTIONS) private readonly options: ProcessOptions,
    private readonly runs: EventRuns,
  ) {}

  get isOn(): boolean {
    return this.queue !== undefined;
  }

  /**
   * Whether what Meta tells again is an event again. It tells again what was not answered: a process may have been killed when
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
      // Who has it already is not told again.
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
