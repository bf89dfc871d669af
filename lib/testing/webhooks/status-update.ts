import { ERROR_TABLE, UNKNOWN_ERROR } from '../errors/error-table.js';
import type { JsonObject } from '../server/param.js';
import type { AcceptedMessage } from './recorded-message.js';
import { secondsOf, type StatusUpdate } from './update.js';
import type { FailedStep, WebhookStatus, WebhookStep } from './webhook.options.js';

export const statusNameOf = (step: WebhookStep): WebhookStatus => (typeof step === 'string' ? step : step.status);

/** An item of `statuses[]`. See Meta's page "Status messages webhook reference". */
export function statusOf({ message, step, at, hasPricing }: StatusUpdate): JsonObject {
  const { record, recipient, callbackData } = message;
  return {
    id: record.id,
    status: statusNameOf(step),
    timestamp: String(secondsOf(at)),
    ...(recipient.kind === 'user' ? { recipient_user_id: recipient.waId } : { recipient_id: recipient.waId }),
    ...(recipient.kind === 'group' && { recipient_type: 'group' }),
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
    ...(hasPricing && { pricing: pricingOf(message) }),
    ...(typeof step === 'object' && { errors: [errorOf(step)] }),
  };
}

/** The items of `contacts[]`: every recipient once, but for groups and failures. */
export function contactsOf(updates: readonly StatusUpdate[]): JsonObject[] {
  const recipients = updates.filter(({ step }) => typeof step === 'string').map(({ message }) => message.recipient);
  return [...new Map(recipients.map((recipient) => [recipient.waId, recipient])).values()]
    .filter(({ kind }) => kind !== 'group')
    .map(({ kind, waId }) => (kind === 'user' ? { user_id: waId } : { wa_id: waId }));
}

function errorOf({ code, details }: FailedStep): JsonObject {
  const { title } = ERROR_TABLE.get(code) ?? UNKNOWN_ERROR;
  return {
    code,
    title,
    message: title,
    error_data: { details: details ?? title },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  };
}

function pricingOf({ template }: AcceptedMessage): JsonObject {
  const model = { billable: template !== undefined, pricing_model: 'PMP' };
  if (!template) return { ...model, type: 'free_customer_service', category: 'service' };
  return { ...model, type: 'regular', category: template.category.toLowerCase() };
}
