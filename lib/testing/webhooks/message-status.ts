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
    ...recipientOf(message, typeof step === 'object'),
    ...(recipient.kind === 'group' && { recipient_type: 'group' }),
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
    ...price,
    ...(typeof step === 'object' && { errors: [errorOf(step)] }),
  };
}

/** Who it went to: by number where it was sent to one or may be reported, and by ids, but for failures of messages to a number. */
function recipientOf({ phoneNumber, recipient: { kind, waId } }: AcceptedMessage, isFailure: boolean): JsonObject {
  const user = kind === 'group' ? undefined : phoneNumber.userOf(waId);
  if (!user) return kind === 'user' ? { recipient_user_id: waId } : { recipient_id: waId };
  return {
    ...(kind === 'phone' && { recipient_id: waId }),
    ...(kind === 'user' && user.isNumberReported && { recipient_id: user.phone }),
    ...((kind === 'user' || !isFailure) && { recipient_user_id: user.userId }),
    ...(user.parentUserId !== undefined && !isFailure && { recipient_parent_user_id: user.parentUserId }),
  };
}

const HAS_USERNAME: ReadonlySet<WebhookStep> = new Set<WebhookStep>(['delivered', 'read', 'played']);

/** The items of `contacts[]`: every recipient once, but for groups and failures. */
export function contactsOf(updates: readonly StatusUpdate[]): JsonObject[] {
  const contacts = new Map<string, JsonObject>();
  for (const { message, step } of updates) {
    const { kind, waId } = message.recipient;
    if (typeof step === 'object' || kind === 'group') continue;
    contacts.set(waId, { ...contacts.get(waId), ...contactOf(message, HAS_USERNAME.has(step)) });
  }
  return [...contacts.values()];
}

function contactOf({ phoneNumber, recipient: { kind, waId } }: AcceptedMessage, hasUsername: boolean): JsonObject {
  const user = phoneNumber.userOf(waId);
  if (!user) return kind === 'user' ? { user_id: waId } : { wa_id: waId };
  return {
    ...(hasUsername && user.username !== undefined && { profile: { username: user.username } }),
    ...(kind === 'phone' && { wa_id: waId }),
    ...(kind === 'user' && user.isNumberReported && { wa_id: user.phone }),
    user_id: user.userId,
    ...(user.parentUserId !== undefined && { parent_user_id: user.parentUserId }),
  };
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
