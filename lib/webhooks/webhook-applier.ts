import type { WhatsAppEvent } from './events/whatsapp-event.js';
import type { WebhookItem } from './webhook-item.js';
import { isTransientDatabaseError } from '../store/driver-errors.js';

/** Applies items of one kind. */
export interface WebhookApplier<Item extends WebhookItem = WebhookItem> {
  /**
   * Applies items together, in a few statements: all of them, or none when it throws. Applied again, or in another order, they
   * leave the same state.
   *
   * @returns what changed by them, for the host
   * @throws WebhookItemError when one of them cannot be applied: the others are tried without it
   */
  apply(items: readonly Item[]): Promise<WhatsAppEvent[]>;
}

/** An item that can never be applied as it is; other errors are the database's, and pass. */
export class WebhookItemError extends Error {}

/** An item that could not be applied, and why. */
export interface ItemFailure<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/** Postgres and the others take so many at once with ease; more only make locks last longer. */
export const MOST_AT_ONCE = 1_000;

/**
 * Applies items together; when that fails over one of them, finds it by halving, so that it does not hold up the others.
 * @returns those that cannot be applied
 * @throws what the database fails with when it cannot be reached
 */
export async function applyWithBisection<Item extends WebhookItem>(
  items: readonly Item[],
  apply: (items: readonly Item[]) => Promise<void>,
): Promise<ItemFailure<Item>[]> {
  const [item] = items;
  if (item === undefined) return [];
  if (items.length <= MOST_AT_ONCE) {
    try {
      await apply(items);
      return [];
    } catch (error) {
      if (!(error instanceof WebhookItemError) && isTransientDatabaseError(error)) throw error;
      if (items.length === 1) return [{ item, error }];
    }
  }
  const middle = Math.ceil(items.length / 2);
  const failures = await applyWithBisection(items.slice(0, middle), apply);
  return [...failures, ...(await applyWithBisection(items.slice(middle), apply))];
}
