import type { PhoneNumberNode } from '../graph-node.js';
import type { RecordedMessage } from '../records/records.js';
import { isJsonObject, type JsonObject } from '../server/param.js';
import { ERROR_TABLE, UNKNOWN_ERROR } from '../errors/error-table.js';
import { secondsOf, type StatusUpdate, AcceptedMessage } from './update.js';
import type { FailedStep, WebhookStatus, WebhookStep } from './webhook.options.js';

/** A message of a number as its statuses report it, from what was recorded. */
export function recordedMessageOf(phoneNumber: PhoneNumberNode, record: RecordedMessage): AcceptedMessage {
  const { body, waId } = record;
  const { biz_opaque_callback_data: callbackData } = body;
  return {
    phoneNumber,
    recipient: { kind: kindOf(body), waId },
    template: templateOf(phoneNumber, body),
    callbackData: typeof callbackData === 'string' ? callbackData : undefined,
    record,
  };
}

function kindOf({ recipient_type: type, to }: JsonObject): 'phone' | 'user' | 'group' {
  if (type === 'group') return 'group';
  return to === undefined ? 'user' : 'phone';
}

function templateOf({ account }: PhoneNumberNode, { template }: JsonObject) {
  if (!isJsonObject(template)) return undefined;
  const { name, language } = template;
  const code = isJsonObject(language) ? language.code : undefined;
  return typeof name === 'string' && typeof code === 'string' ? account.template(name, code) : undefined;
}

export const statusNameOf = (step: WebhookStep): WebhookStatus => (typeof step === 'string' ? step : step.status);

/** An item of `statuses[]`. See Meta's page "Status messages webhook reference". */
export function statusOf({ message, step, at, price }: StatusUpdate): JsonObject {
  const { record, recipient, callbackData } = message;
  return {
    id: record.id,
    status: statusNameOf(step),
    timestamp: String(secondsOf(at)),
    ...(recipient.kind === 'user' ? { recipient_user_id: recipient.waId } : { recipient_id: recipient.waId }),
    ...(recipient.kind === 'group' && { recipient_type: 'group' }),
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
    ...price,
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
