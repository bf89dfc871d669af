import { canonicalPhone } from '../contacts/phone-spellings.js';
import { isJsonObject, type JsonObject } from '../graph/json-object.js';
import { isKnownStatus } from './statuses/status-update.js';
import type { MessageItem, StatusItem, WebhookItem } from './webhook-item.js';

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

interface ItemsOfMessages {
  readonly items: readonly WebhookItem[];
  readonly unreadable: readonly UnreadablePart[];
}

/**
 * The items of a change of the field `messages`; whatever is beside messages and statuses, such as `errors`, is one more. So is each
 * of them that changes nothing here: what has a status of another product, and what was sent to a group.
 */
export function itemsOfMessages({ time, ...origin }: ChangeOrigin, value: JsonObject): ItemsOfMessages {
  const { messages, statuses, ...rest } = value;
  const phoneNumberId = phoneNumberIdOf(rest['metadata']);
  const contactOf = contactFinder(rest['contacts']);
  const fieldItem = (of: JsonObject): WebhookItem => ({ ...origin, kind: 'field', time, value: of });
  const beside = Object.fromEntries(Object.entries(rest).filter(([name]) => BESIDE_THEM.has(name)));
  const items: WebhookItem[] = [];
  const unreadable: UnreadablePart[] = [];

  const read = (
    name: 'statuses' | 'messages',
    list: unknown,
    toItem: (id: string, element: JsonObject) => MessageItem | StatusItem,
  ) => {
    if (list === undefined) return;
    const elements: readonly unknown[] = Array.isArray(list) ? list : [list];
    for (const element of elements) {
      if (phoneNumberId !== undefined && isJsonObject(element)) {
        const isForeign = FOREIGN[name](element);
        items.push(isForeign ? fieldItem({ ...beside, [name]: [element] }) : toItem(phoneNumberId, element));
      } else {
        const problem = isJsonObject(element) ? 'metadata has no phone_number_id' : `one of ${name} is no object`;
        unreadable.push({ value: { ...rest, [name]: [element] }, problem: `${problem}.` });
      }
    }
  };
  read('statuses', statuses, (id, status) => ({ ...origin, kind: 'status', phoneNumberId: id, status }));
  read('messages', messages, (id, message) => {
    const contact = contactOf(message);
    return { ...origin, kind: 'message', phoneNumberId: id, message, ...(contact && { contact }) };
  });

  const isToldAbove = messages !== undefined || statuses !== undefined;
  const further = Object.keys(rest).filter((name) => !BESIDE_THEM.has(name));
  if (!isToldAbove || further.length > 0) items.push(fieldItem(rest));
  return { items, unreadable };
}

/** What is no change here, and an event alone. */
const FOREIGN = {
  statuses: ({ status }: JsonObject) => typeof status === 'string' && !isKnownStatus(status),
  messages: ({ group_id: group }: JsonObject) => group !== undefined,
} as const;

const BESIDE_THEM: ReadonlySet<string> = new Set(['messaging_product', 'metadata', 'contacts']);

function phoneNumberIdOf(metadata: unknown): string | undefined {
  const id = isJsonObject(metadata) ? metadata['phone_number_id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** Finds who of `contacts[]` sent a message. */
function contactFinder(list: unknown): (message: JsonObject) => JsonObject | undefined {
  const contacts = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const byIdentity = new Map<string, JsonObject>();
  for (const contact of contacts) {
    for (const identity of [phoneOf(contact['wa_id']), textOf(contact['user_id'])]) {
      if (identity !== undefined) byIdentity.set(identity, contact);
    }
  }
  return ({ from, from_user_id: userId }) => {
    if (from === undefined && userId === undefined) return contacts.length === 1 ? contacts[0] : undefined;
    return byIdentity.get(phoneOf(from) ?? '') ?? byIdentity.get(textOf(userId) ?? '');
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** WhatsApp's own id of a number may be another spelling of it. */
function phoneOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : canonicalPhone(text);
}
