import { truncateForColumn } from '../../store/columns.js';
import { isJsonObject, type JsonObject } from '../../graph/json.js';
import { type MetaErrorBody, readMetaError } from '../../graph/meta-error-body.js';
import { type CallbackData, decodeCallbackData } from '../../messages/message-call.js';
import { failureOfMeta } from '../../messages/message-failure.js';
import type { MessageStatus, MessageEntity } from '../../messages/message.entity.js';
import {
  type ReportedStatus,
  applyStatus,
  inOrder,
  isNews,
  isSame,
  wasAccepted,
  isOver,
  statusFieldsOf,
} from '../../messages/status-ladder.js';
import { applyPricing, isSamePricing, pricingFieldsOf, pricingOf, readPricing } from '../../messages/pricing.js';
import { WebhookItemError } from '../webhook-arrivals.js';
import { nonEmptyText, type StatusItem } from '../webhook-item.js';
import { isIdentifier } from '../../identifier.js';
import { isParentUserId, isPhone, type ReportedContact } from '../../contacts/reported-contact.js';
import { keepErased, type MessageChange } from '../../messages/message-changes.js';

/** Who a message went to, as its status names them. */
export type ReportedRecipient = Pick<ReportedContact, 'waId' | 'userId' | 'parentUserId' | 'profileName' | 'username'>;

/** One of `statuses[]`, read. */
export interface StatusUpdate {
  readonly wamid: string;
  readonly reported: ReportedStatus;
  /** What the message took along, if this module wrote it. */
  readonly callbackData: CallbackData | undefined;
  readonly waId: string | null;
  /** What it says of who the message went to. */
  readonly recipient: ReportedRecipient;
  /** Why it failed, if Meta says so. */
  readonly error: MetaErrorBody | undefined;
  /** What it says of the price: any status may. */
  readonly pricing: ReturnType<typeof readPricing>;
  readonly item: StatusItem;
}

const LONGEST_WAMID = 255;

/** Seconds; a later time is no time. */
const LATEST = 100_000_000_000;

const KNOWN: ReadonlySet<string> = new Set([
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
] satisfies readonly MessageStatus[]);

/** Whether it is a step of the ladder: others change nothing here. */
export const isKnownStatus = (status: string): boolean => KNOWN.has(status);

const NO_REASON = { code: null, message: 'Meta did not say why.', details: undefined, fbtraceId: undefined };

/**
 * Reads one of `statuses[]`.
 * @throws WebhookItemError when it cannot be understood
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export function readStatus(item: StatusItem): StatusUpdate {
  const { status } = item;
  const error = errorOf(status);
  return {
    wamid: wamidOf(status),
    reported: reportedStatus(status, error),
    callbackData: decodeCallbackData(status['biz_opaque_callback_data']),
    waId: waIdOf(status),
    recipient: readRecipientOf(item),
    error,
    pricing: readPricing(status),
    item,
  };
}

function reportedStatus({ status, timestamp }: JsonObject, error: MetaErrorBody | undefined): ReportedStatus {
  const at = timestampOf(timestamp);
  switch (status) {
    case 'sent':
    case 'delivered':
    case 'read':
    case 'played':
      return { status, at };
    case 'failed':
      return { status, at, failure: failureOfMeta(error ?? NO_REASON) };
    default:
      throw new WebhookItemError(`Unknown message status ${JSON.stringify(status)}.`);
  }
}

function wamidOf({ id }: JsonObject): string {
  if (typeof id === 'string' && id !== '' && id.length <= LONGEST_WAMID && !id.includes('\0')) return id;
  throw new WebhookItemError(`Invalid message id ${JSON.stringify(id)}: expected a wamid.`);
}

function timestampOf(timestamp: unknown): Date {
  const seconds = typeof timestamp === 'string' && /^\d+$/.test(timestamp) ? Number(timestamp) : timestamp;
  if (typeof seconds === 'number' && seconds > 0 && seconds < LATEST) return new Date(Math.floor(seconds) * 1_000);
  throw new WebhookItemError(`Invalid timestamp ${JSON.stringify(timestamp)}: expected Unix seconds.`);
}

function waIdOf({ recipient_id: id, recipient_type: type }: JsonObject): string | null {
  return typeof id === 'string' && id !== '' && type !== 'group' ? truncateForColumn(id, 160) : null;
}

/** Reads who a message went to: of a group, no one. */
function readRecipientOf({ status, contact = {} }: StatusItem): ReportedRecipient {
  if (status['recipient_type'] === 'group') return {};
  const ids = [status['recipient_user_id'], contact['user_id'], status['recipient_id'], contact['wa_id']];
  const parents = [status['recipient_parent_user_id'], contact['parent_user_id'], ...ids];
  const profile = isJsonObject(contact['profile']) ? contact['profile'] : {};
  return {
    waId: [status['recipient_id'], contact['wa_id']].filter(isIdentity).find(isPhone),
    userId: ids.filter(isIdentity).find((id) => !isPhone(id) && !isParentUserId(id)),
    parentUserId: parents.filter(isIdentity).find(isParentUserId),
    profileName: nonEmptyText(profile['name']),
    username: nonEmptyText(profile['username']) ?? nonEmptyText(contact['username']),
  };
}

const isIdentity = (id: unknown): id is string => isIdentifier(id, 160);

function errorOf({ errors }: JsonObject): MetaErrorBody | undefined {
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [errors];
  for (const one of list) {
    const error = isJsonObject(one) ? readMetaError(one) : undefined;
    if (error) return error;
  }
  return undefined;
}

/** A message of ours, and what its statuses make of it. */
export interface SettledMessage {
  /** The row after it. */
  readonly message: MessageEntity;
  /** What changes of the row; undefined when nothing does. */
  readonly change: MessageChange | undefined;
  /** The statuses that are of its present call. */
  readonly applied: readonly StatusUpdate[];
  /** Those of them that report a further step, or the price for the first time. */
  readonly news: readonly StatusUpdate[];
}

/** No one waits for a message any more once Meta reported of it. */
const NOTHING_WAITS = { lapsesAt: null, nextAttemptAt: null };

/** What statuses make of the row they were found for. */
export function settle(row: MessageEntity, updates: readonly StatusUpdate[]): SettledMessage {
  const before = statusFieldsOf(row);
  const price = pricingFieldsOf(row);
  const concerned = updates.filter((update) => isOfPresentCall(row, update));
  const news: StatusUpdate[] = [];
  let current = before;
  let pricing = price;
  for (const update of concerned.toSorted((one, other) => inOrder(one.reported, other.reported))) {
    const priced = applyPricing(pricing, update.pricing, row);
    const isPriced = update.reported.status !== 'failed' && !pricingOf(pricing) && pricingOf(priced) !== null;
    if (isNews(update.reported, current) || isPriced) news.push(update);
    current = applyStatus(current, update.reported);
    pricing = priced;
  }
  const changedPricing = isSamePricing(price, pricing) ? undefined : pricing;
  if (isSame(before, current) && !changedPricing) return { message: row, change: undefined, applied: concerned, news };
  const settled = { id: row.id, ...current, ...changedPricing, ...NOTHING_WAITS, ...identityOf(row, concerned) };
  const change = keepErased(row, settled);
  return { message: Object.assign(row, change), change, applied: concerned, news };
}

/** Whether a status is that of the row's present call, and not of an earlier one that was given up. */
function isOfPresentCall(row: MessageEntity, { wamid, callbackData }: StatusUpdate): boolean {
  if (callbackData?.messageId !== row.id) return row.wamid === wamid && isOver(row);
  // One that failed and is to be sent again still has the wamid of the call that failed.
  return row.attempt === callbackData.attempt && !(row.status === 'pending' && row.wamid === wamid);
}

/** What Meta's answer would have said, where the statuses overtook it. */
function identityOf(row: MessageEntity, updates: readonly StatusUpdate[]): Pick<MessageEntity, 'wamid' | 'waId'> {
  if (wasAccepted(row)) return { wamid: row.wamid, waId: row.waId };
  const waId = updates.find((update) => update.waId !== null)?.waId;
  return { wamid: updates[0]?.wamid ?? row.wamid, waId: waId ?? row.waId };
}
