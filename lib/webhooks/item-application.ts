import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { METERS, type Meters } from '../meters.js';
import {
  type ItemFailure,
  applyWithBisection,
  MOST_AT_ONCE,
  WebhookItemError,
  type WebhookApplier,
} from './webhook-arrivals.js';
import type { WhatsAppEvent } from './events/whatsapp-event.js';
import { QueuedEvents } from './events/queued-events.js';
import { WhatsAppEvents } from './events/whatsapp-events.js';
import type { FieldItem, MessageItem, ReceivedItem, StatusItem, WebhookItem } from './webhook-item.js';
import { runOutside } from '../async-context.js';
import { WebhookBacklogError } from './webhooks.errors.js';

/** Who applies items of each kind. */
export interface WebhookAppliers {
  readonly status: WebhookApplier<StatusItem>;
  readonly message: WebhookApplier<MessageItem>;
  readonly field: WebhookApplier<FieldItem>;
}

/** Injection token of `WebhookAppliers`. */
export const WEBHOOK_APPLIERS = Symbol('WEBHOOK_APPLIERS');

/** Gives each kind of item to whoever applies it; after that, reports to the host what changed. */
@Injectable()
export class ItemApplication {
  readonly #statuses: WebhookBatcher<StatusItem>;
  readonly #messages: WebhookBatcher<MessageItem>;
  readonly #fields: WebhookBatcher<FieldItem>;

  constructor(
    @Inject(WEBHOOK_APPLIERS) { status, message, field }: WebhookAppliers,
    private readonly events: WhatsAppEvents,
    private readonly queued: QueuedEvents,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(METERS) private readonly meters: Meters,
  ) {
    const deliver = (emitted: readonly WhatsAppEvent[]) => this.#deliver(emitted);
    this.#statuses = new WebhookBatcher(status, deliver);
    this.#messages = new WebhookBatcher(message, deliver);
    this.#fields = new WebhookBatcher(field, deliver);
  }

  /**
   * Applies items, the kinds in parallel.
   * @returns those that cannot be applied
   * @throws what the database, or the queue of events, fails with when it cannot be reached; some may be applied by then, and applying all again is safe
   */
  async apply(items: readonly ReceivedItem[]): Promise<ItemFailure<ReceivedItem>[]> {
    const unreadable = items
      .filter((item) => item.kind === 'unreadable')
      .map((item) => ({ item, error: new WebhookItemError(item.problem) }));
    const failures: (readonly ItemFailure<ReceivedItem>[])[] = await Promise.all([
      this.#statuses.apply(items.filter((item) => item.kind === 'status')),
      this.#messages.apply(items.filter((item) => item.kind === 'message')),
      this.#fields.apply(items.filter((item) => item.kind === 'field')),
    ]);
    const failed = [...unreadable, ...failures.flat()];
    meterItems(this.meters, items, failed);
    return failed;
  }

  async #deliver(events: readonly WhatsAppEvent[]): Promise<void> {
    if (events.length === 0) return;
    try {
      await this.events.deliver(events);
    } catch (error) {
      this.logger.error(`${events.length} events could not be delivered: ${String(error)}`);
      // What they report is stored. Where it would be no event again, to have Meta report it again is of no use.
      if (this.queued.repeatsEvents) throw error;
    }
  }
}

/** Counts items of webhooks, with how long after Meta's time of them they were applied. */
function meterItems(
  meters: Meters,
  items: readonly ReceivedItem[],
  failures: readonly ItemFailure<ReceivedItem>[],
): void {
  const failed = new Set(failures.map(({ item }) => item));
  const now = Date.now();
  for (const item of items) {
    const outcome = failed.has(item) ? 'failed' : 'applied';
    const seconds = outcome === 'applied' ? Number(timeOf(item)) : NaN;
    // Meta's times are whole seconds, and its clock is another one.
    const lag = seconds > 0 ? Math.max(0, now - seconds * 1_000) : undefined;
    meters.received({ kind: item.kind, outcome, lag });
  }
}

function timeOf(item: ReceivedItem): unknown {
  switch (item.kind) {
    case 'status':
      return item.status['timestamp'];
    case 'message':
      return item.message['timestamp'];
    case 'field':
      return item.time;
    default:
      return undefined;
  }
}

/** Items that wait at most; where the database or the queue is that far behind, Meta had better send them later. */
const MOST_WAITING = 20_000;

/** The items of one webhook, which wait for their turn. */
interface Part<Item> {
  readonly items: readonly Item[];
  readonly resolve: (failures: readonly ItemFailure<Item>[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Applies items of one kind, one group after the other: what comes while a group is applied waits and is applied together, so
 * that many small webhooks cost as few statements as one large one.
 */
export class WebhookBatcher<Item extends WebhookItem> {
  readonly #waiting: Part<Item>[] = [];
  #waitingItems = 0;
  #isBusy = false;

  constructor(
    private readonly applier: WebhookApplier<Item>,
    /** Where it rejects, the webhooks that its events are of fail. */
    private readonly deliver: (events: readonly WhatsAppEvent[]) => Promise<void>,
  ) {}

  /**
   * @returns those that cannot be applied, once the others are
   * @throws WebhookBacklogError when too many wait already
   * @throws what the database fails with when it cannot be reached, or what `deliver` does
   */
  apply(items: readonly Item[]): Promise<readonly ItemFailure<Item>[]> {
    if (items.length === 0) return Promise.resolve([]);
    const isFull = this.#waitingItems > 0 && this.#waitingItems + items.length > MOST_WAITING;
    if (isFull) return Promise.reject(new WebhookBacklogError());
    return new Promise((resolve, reject) => {
      this.#waitingItems += items.length;
      this.#waiting.push({ items, resolve, reject });
      // It may apply items of other webhooks, too.
      if (!this.#isBusy) void runOutside(() => this.#run());
    });
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) await this.#applyGroup(this.#nextGroup());
    this.#isBusy = false;
  }

  #nextGroup(): Part<Item>[] {
    const group = this.#waiting.splice(0, 1);
    let size = group[0]?.items.length ?? 0;
    for (let [next] = this.#waiting; next && size + next.items.length <= MOST_AT_ONCE; [next] = this.#waiting) {
      size += next.items.length;
      group.push(next);
      this.#waiting.shift();
    }
    this.#waitingItems -= size;
    return group;
  }

  async #applyGroup(group: readonly Part<Item>[]): Promise<void> {
    const deliveries: Promise<void>[] = [];
    try {
      const items = group.flatMap((part) => part.items);
      const failures = await applyWithBisection(items, async (together) => {
        // Committed as they are now, whatever happens to the others.
        const delivery = this.deliver(await this.applier.apply(together));
        delivery.catch(() => {}); // it counts below, unless the database fails first
        deliveries.push(delivery);
      });
      // The next group need not wait for what the host does with this one.
      Promise.all(deliveries).then(
        () => settle(group, failures),
        (error: unknown) => refuse(group, error),
      );
    } catch (error) {
      refuse(group, error);
    }
  }
}

function settle<Item>(group: readonly Part<Item>[], failures: readonly ItemFailure<Item>[]): void {
  for (const { items, resolve } of group) {
    const own = new Set(items);
    resolve(failures.filter(({ item }) => own.has(item)));
  }
}

function refuse<Item>(group: readonly Part<Item>[], error: unknown): void {
  for (const { reject } of group) reject(error);
}
