import { normalizePhoneNumber } from '../../contacts/phone-number.js';
import { identitiesOf, type ReportedContact } from '../../contacts/reported-contact.js';
import { isJsonObject, type JsonObject } from '../../graph/json.js';
import { isIdentifier } from '../../identifier.js';
import { WebhookItemError } from '../webhook-arrivals.js';
import { type MessageItem, nonEmptyText } from '../webhook-item.js';

/** One of `messages[]`, read. */
export interface InboundMessage {
  readonly item: MessageItem;
  readonly wamid: string;
  /** Meta's type; also one that the module does not know. */
  readonly type: string;
  /** By Meta's clock, which has seconds. */
  readonly sentAt: Date;
  readonly sender: ReportedContact;
  /** Meta's object of the type, with whatever came with it, such as `referral`; null when there was nothing. */
  readonly content: object | null;
  /** The wamid of the message that it replies to. */
  readonly contextWamid: string | null;
}

/** What has a place of its own in a row. */
const ENVELOPE: ReadonlySet<string> = new Set([
  'from',
  'from_user_id',
  'from_parent_user_id',
  'id',
  'timestamp',
  'type',
  'context',
]);

const DIGITS = /^\d{1,32}$/;
const SECONDS = /^\d{1,11}$/;

/**
 * Reads what a customer sent.
 * @throws WebhookItemError when it lacks what every message has
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function readInboundMessage(item: MessageItem): InboundMessage {
  const { message, contact } = item;
  const { id: wamid, type, timestamp } = message;
  if (!isIdentifier(wamid, 255)) throw new WebhookItemError('The message has no usable id.');
  if (!isIdentifier(type, 32)) throw new WebhookItemError('The message has no usable type.');
  if (!SECONDS.test(String(timestamp))) throw new WebhookItemError('The message has no usable timestamp.');
  if (message.group_id !== undefined) throw new WebhookItemError('Messages to groups have no conversation here.');
  const sentAt = new Date(Number(timestamp) * 1_000);
  const { contextWamid, context } = readContext(message.context);
  const besides = Object.entries({ ...message, context }).filter(
    ([name, value]) => value !== undefined && (name === 'context' || !ENVELOPE.has(name)) && name !== type,
  );
  const content = contentOf(type, message[type], Object.fromEntries(besides));
  return { item, wamid, type, sentAt, sender: { ...senderOf(message, contact), at: sentAt }, content, contextWamid };
}

/** Who sent it. Meta now and then has a business-scoped user id where a number belongs. */
function senderOf(message: JsonObject, contact: JsonObject | undefined): ReportedContact {
  const { from } = message;
  const system = isJsonObject(message.system) ? message.system : {};
  const profile = isJsonObject(contact?.profile) ? contact.profile : {};
  const shared = sharedNumber(message);
  const phone = [from, contact?.wa_id, system.wa_id, shared].find((id) => typeof id === 'string' && DIGITS.test(id));
  const userId = [message.from_user_id, contact?.user_id, from, contact?.wa_id, system.user_id].find(isUserId);
  const parents = [message.from_parent_user_id, contact?.parent_user_id, system.parent_user_id];
  if (phone === undefined && userId === undefined) throw new WebhookItemError('The message does not say who sent it.');
  return {
    phone: nonEmptyText(phone),
    waId: nonEmptyText(isPhone(contact?.wa_id) ? contact?.wa_id : phone),
    userId,
    parentUserId: parents.find(isUserId),
    profileName: nonEmptyText(profile.name),
    username: nonEmptyText(profile.username),
  };
}

/** The number that someone shared as their own, by the button that asked for it; cards that they chose are of anyone. */
function sharedNumber({ type, contacts }: JsonObject): string | undefined {
  const cards = type === 'contacts' && Array.isArray(contacts) ? contacts.filter(isJsonObject) : [];
  const own = cards.filter(({ origin }) => origin === 'contact_request');
  const phones = own.flatMap(({ phones: list }) => (Array.isArray(list) ? list.filter(isJsonObject) : []));
  for (const { wa_id: waId, phone } of phones) {
    const digits = isPhone(waId) ? nonEmptyText(waId) : normalizePhoneNumber(phone).digits;
    if (digits !== undefined) return digits;
  }
  return undefined;
}

/** What is kept of a list, should something come with it, is under its own name. */
function contentOf(type: string, given: unknown, besides: JsonObject): object | null {
  const isBare = Object.keys(besides).length === 0;
  if (isJsonObject(given)) return { ...given, ...besides };
  if (Array.isArray(given)) return isBare ? given : { ...besides, [type]: given };
  if (given === undefined || given === null) return isBare ? null : besides;
  return { ...besides, [type]: given };
}

/** Which message it replies to, and whatever else is reported, such as that it was forwarded. */
function readContext(given: unknown): Pick<InboundMessage, 'contextWamid'> & { readonly context?: JsonObject } {
  if (!isJsonObject(given)) return { contextWamid: null };
  const { id, from: _, ...context } = given;
  const contextWamid = isIdentifier(id, 255) ? id : null;
  return Object.keys(context).length === 0 ? { contextWamid } : { contextWamid, context };
}

const isPhone = (id: unknown): boolean => typeof id === 'string' && DIGITS.test(id);

const isUserId = (id: unknown): id is string => isIdentifier(id, 160) && !DIGITS.test(id);

/** Someone who has another number, or another user id, from now on. */
export interface NumberChange {
  readonly from: ReportedContact;
  readonly to: ReportedContact;
}

/** What Meta calls such a note now, and what it did before. */
const CHANGES: ReadonlySet<unknown> = new Set([
  'user_changed_number',
  'user_changed_user_id',
  'customer_changed_number',
]);

/** Whether a system note says that a person has another number or user id. */
export function numberChangeIn({ type, item, sender }: InboundMessage): NumberChange | undefined {
  const { system } = item.message;
  if (type !== 'system' || !isJsonObject(system) || !CHANGES.has(system.type)) return undefined;
  const newWaId = system.wa_id ?? system.new_wa_id;
  const to = {
    waId: nonEmptyText(newWaId),
    userId: nonEmptyText(system.user_id),
    parentUserId: nonEmptyText(system.parent_user_id),
  };
  if (identitiesOf(to).length === 0) return undefined;
  const hasOldNumber = typeof item.message.from === 'string';
  const from = {
    phone: hasOldNumber ? sender.phone : undefined,
    userId: nonEmptyText(system.previous_user_id),
    parentUserId: nonEmptyText(system.previous_parent_user_id),
  };
  return { from, to };
}
