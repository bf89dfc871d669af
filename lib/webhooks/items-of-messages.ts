import { canonicalPhone } from '../contacts/reported-contact.js';
import { isJsonObject, type JsonObject } from '../graph/json.js';
import { isKnownStatus } from './statuses/status-update.js';
import {
  type MessageItem,
  nonEmptyText,
  type StatusItem,
  type UnreadableItem,
  type Walk,
  type WebhookItem,
} from './webhook-item.js';

/** What the items of one change have in common. */
export interface ChangeOrigin {
  readonly businessAccountId: string;
  readonly field: string;
  readonly time?: number | undefined;
}

/** A part of a `value` that no item can be made of, as a `value` of its own. */
export interface UnreadablePart {
  readonly value: unknown;
  readonly problem: string;
}

/**
 * The items of a change of the field `messages`; whatever is besides messages and statuses, such as `errors`, is one more. So is each
 * of them that changes nothing here: what has a status of another product, and what was sent to a group.
 */
export function* itemsOfMessages(
  { time, ...origin }: ChangeOrigin,
  value: JsonObject,
  unreadable: (part: UnreadablePart) => UnreadableItem,
): Walk {
  const { messages, statuses, ...rest } = value;
  const phoneNumberId = phoneNumberIdOf(rest['metadata']);
  const contactOf = yield* contactFinder(rest['contacts']);
  const fieldItem = (of: JsonObject): WebhookItem => ({ ...origin, kind: 'field', time, value: of });
  const shared = sharedValueOf(rest);

  function* read(
    name: 'statuses' | 'messages',
    list: unknown,
    toItem: (id: string, element: JsonObject) => MessageItem | StatusItem,
  ): Walk {
    if (list === undefined) return;
    const elements: readonly unknown[] = Array.isArray(list) ? list : [list];
    for (const element of elements) {
      if (phoneNumberId !== undefined && isJsonObject(element)) {
        const isForeign = FOREIGN[name](element);
        yield isForeign ? fieldItem({ ...shared, [name]: [element] }) : toItem(phoneNumberId, element);
      } else {
        const problem = isJsonObject(element) ? 'metadata has no phone_number_id' : `one of ${name} is no object`;
        yield () => unreadable({ value: { ...shared, [name]: [element] }, problem: `${problem}.` });
      }
    }
  }
  const isOnlyStatus = !Array.isArray(statuses) || statuses.length === 1;
  yield* read('statuses', statuses, (id, status) => {
    const { recipient_id: number, recipient_user_id: userId, recipient_type: type } = status;
    const contact = type === 'group' ? undefined : contactOf(number, userId, isOnlyStatus);
    return { ...origin, kind: 'status', phoneNumberId: id, status, ...(contact && { contact }) };
  });
  yield* read('messages', messages, (id, message) => {
    const contact = contactOf(message.from, message.from_user_id);
    return { ...origin, kind: 'message', phoneNumberId: id, message, ...(contact && { contact }) };
  });

  const isCoveredAbove = messages !== undefined || statuses !== undefined;
  const further = Object.keys(rest).filter((name) => !BESIDE_THEM.has(name));
  if (!isCoveredAbove || further.length > 0) yield fieldItem(rest);
}

/** What is no change here, and an event alone. */
const FOREIGN = {
  statuses: ({ status }: JsonObject) => typeof status === 'string' && !isKnownStatus(status),
  messages: ({ group_id: group }: JsonObject) => group !== undefined,
} as const;

const BESIDE_THEM: ReadonlySet<string> = new Set(['messaging_product', 'metadata', 'contacts']);

/** Characters of JSON that each item of a change may bring along of what it shares with the others. */
const MOST_SHARED = 10_000;

/** Returns what is kept with each item that is kept whole; if it is large, only what identifies the phone number. */
function sharedValueOf({ messaging_product, metadata, contacts }: JsonObject): JsonObject {
  const shared = Object.fromEntries(
    Object.entries({ messaging_product, metadata, contacts }).filter(([, value]) => value !== undefined),
  );
  if (JSON.stringify(shared).length <= MOST_SHARED) return shared;
  const id = phoneNumberIdOf(metadata);
  return { messaging_product: 'whatsapp', ...(id !== undefined && { metadata: { phone_number_id: id } }) };
}

function phoneNumberIdOf(metadata: unknown): string | undefined {
  const id = isJsonObject(metadata) ? metadata['phone_number_id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** @param isOnlysOwn whether the only contact is meant, by whatever it is named there */
type ContactFinder = (phone: unknown, userId: unknown, isOnlysOwn?: boolean) => JsonObject | undefined;

/** Finds who of `contacts[]` sent a message, or got one. */
function* contactFinder(list: unknown): Generator<undefined, ContactFinder> {
  const contacts = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const byIdentity = new Map<string, JsonObject>();
  for (const contact of contacts) {
    yield undefined; // spellings of many numbers take their time
    const lean = leanContact(contact);
    for (const identity of [phoneOf(contact['wa_id']), nonEmptyText(contact['user_id'])]) {
      if (identity !== undefined) byIdentity.set(identity, lean);
    }
  }
  const only = contacts.length === 1 && contacts[0] ? leanContact(contacts[0]) : undefined;
  return (phone, userId, isOnlysOwn = phone === undefined && userId === undefined) =>
    byIdentity.get(phoneOf(phone) ?? '') ??
    byIdentity.get(nonEmptyText(userId) ?? '') ??
    (isOnlysOwn ? only : undefined);
}

/** Each message of a contact's brings the contact along: one of another size than Meta's, with no more than who it is. */
function leanContact(contact: JsonObject): JsonObject {
  if (JSON.stringify(contact).length <= MOST_SHARED) return contact;
  const { wa_id, user_id, parent_user_id } = contact;
  const texts = Object.entries({ wa_id, user_id, parent_user_id }).map(([name, value]) => [name, nonEmptyText(value)]);
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined && text.length <= 160));
}

/** WhatsApp's own id of a number may be another spelling of it. */
function phoneOf(value: unknown): string | undefined {
  const text = nonEmptyText(value);
  return text === undefined ? undefined : canonicalPhone(text);
}
