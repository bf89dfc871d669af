import type { JsonObject } from '../server/json.js';
import type { AcceptedMessage } from './accepted-message.js';
import type { WebhookStatus } from './webhook.options.js';

/** One status of one message. */
export interface StatusUpdate {
  readonly message: AcceptedMessage;
  readonly status: WebhookStatus;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whether it tells the price, which one status of each message does. */
  readonly hasPricing: boolean;
}

/** An item of `statuses[]`. See Meta's page "Status messages webhook reference". */
export function statusOf({ message, status, at, hasPricing }: StatusUpdate): JsonObject {
  const { id, recipient, callbackData } = message;
  return {
    id,
    status,
    timestamp: String(Math.floor(at / 1_000)),
    ...(recipient.kind === 'user' ? { recipient_user_id: recipient.waId } : { recipient_id: recipient.waId }),
    ...(recipient.kind === 'group' && { recipient_type: 'group' }),
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
    ...(hasPricing && { pricing: pricingOf(message) }),
  };
}

/** The items of `contacts[]`: every recipient once, but for groups. */
export function contactsOf(updates: readonly StatusUpdate[]): JsonObject[] {
  const recipients = new Map(updates.map(({ message: { recipient } }) => [recipient.waId, recipient]));
  return [...recipients.values()]
    .filter(({ kind }) => kind !== 'group')
    .map(({ kind, waId }) => (kind === 'user' ? { user_id: waId } : { wa_id: waId }));
}

function pricingOf({ template }: AcceptedMessage): JsonObject {
  const model = { billable: template !== undefined, pricing_model: 'PMP' };
  if (!template) return { ...model, type: 'free_customer_service', category: 'service' };
  return { ...model, type: 'regular', category: template.category.toLowerCase() };
}
