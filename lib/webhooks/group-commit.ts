import { runOutside } from '../async-context.js';
import { applyApart, type ItemFailure, MOST_AT_ONCE } from './apply-apart.js';
import type { WhatsAppEvent } from './events/whatsapp-event.js';
import type { WebhookApplier } from './webhook-applier.js';
import type { WebhookItem } from './webhook-item.js';
import { WebhookBacklogError } from './webhooks.errors.js';

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
export class GroupCommit<Item extends WebhookItem> {
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
      const failures = await applyApart(items, async (together) => {
        // Committed as they are now, whatever becomes of the others.
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
