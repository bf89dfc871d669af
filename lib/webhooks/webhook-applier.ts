import type { WhatsAppEvent } from './events/whatsapp-event.js';
import type { WebhookItem } from './webhook-item.js';

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
