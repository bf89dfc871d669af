import { applyApart, type ItemFailure, MOST_AT_ONCE } from './apply-apart.js';
import type { WhatsAppEvent } from './events/whatsapp-event.js';
import type { WebhookApplier } from './webhook-applier.js';
import type { WebhookItem } from './webhook-item.js';

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
  #isBusy = false;

  constructor(
    private readonly applier: WebhookApplier<Item>,
    /** Must not reject. */
    private readonly deliver: (events: readonly WhatsAppEvent[]) => Promise<void>,
  ) {}

  /**
   * @returns those that cannot be applied, once the others are
   * @throws what the database fails with when it cannot be reached
   */
  apply(items: readonly Item[]): Promise<readonly ItemFailure<Item>[]> {
    if (items.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      if (!this.#isBusy) void this.#run();
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
    return group;
  }

  async #applyGroup(group: readonly Part<Item>[]): Promise<void> {
    const deliveries: Promise<void>[] = [];
    try {
      const items = group.flatMap((part) => part.items);
      const failures = await applyApart(items, async (together) => {
        // Committed as they are now, whatever becomes of the others.
        deliveries.push(this.deliver(await this.applier.apply(together)));
      });
      // The next group need not wait for what the host does with this one.
      void Promise.all(deliveries).then(() => settle(group, failures));
    } catch (error) {
      for (const part of group) part.reject(error);
    }
  }
}

function settle<Item>(group: readonly Part<Item>[], failures: readonly ItemFailure<Item>[]): void {
  for (const { items, resolve } of group) {
    const own = new Set(items);
    resolve(failures.filter(({ item }) => own.has(item)));
  }
}
