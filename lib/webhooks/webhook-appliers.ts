import type { WebhookApplier } from './webhook-applier.js';
import type { FieldItem, MessageItem, StatusItem } from './webhook-item.js';

/** Who applies items of each kind. */
export interface WebhookAppliers {
  readonly status: WebhookApplier<StatusItem>;
  readonly message: WebhookApplier<MessageItem>;
  readonly field: WebhookApplier<FieldItem>;
}

/** Injection token of `WebhookAppliers`. */
export const WEBHOOK_APPLIERS = Symbol('WEBHOOK_APPLIERS');
