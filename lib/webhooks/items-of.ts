import { DEEPEST_JSON, isDeeperThan } from '../graph/json-depth.js';
import { isJsonObject, type JsonObject } from '../graph/json-object.js';
import { parseExactly } from '../graph/exact-json.js';
import { itemsOfMessages } from './items-of-messages.js';
import type { ReceivedItem, UnreadableItem } from './webhook-item.js';

/**
 * Takes a webhook's body apart: every entry, change and item of it. Nothing is left out: what has a shape that nobody knows
 * comes as an unreadable item.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function itemsOf(body: string): ReceivedItem[] {
  const parsed = parse(body);
  if (isDeeperThan(parsed, DEEPEST_JSON)) return [unreadable({}, body, `It nests deeper than ${DEEPEST_JSON} levels.`)];
  if (!isJsonObject(parsed) || !Array.isArray(parsed['entry'])) {
    return [unreadable({}, body, 'The body is no JSON object with a list of entries.')];
  }
  return parsed['entry'].flatMap((entry: unknown) => itemsOfEntry(entry));
}

function itemsOfEntry(entry: unknown): ReceivedItem[] {
  const id = isJsonObject(entry) ? idOf(entry['id']) : undefined;
  if (!isJsonObject(entry) || id === undefined) return [unreadable({}, bodyOf(entry), 'An entry has no id.')];
  const { changes, ...rest } = entry;
  if (!Array.isArray(changes)) {
    return [unreadable({ businessAccountId: id }, bodyOf(entry), 'An entry has no list of changes.')];
  }
  return changes.flatMap((change: unknown) => itemsOfChange(id, rest, change));
}

function itemsOfChange(businessAccountId: string, entry: JsonObject, change: unknown): ReceivedItem[] {
  const { field, value }: JsonObject = isJsonObject(change) ? change : {};
  const reduced = (part: unknown) => bodyOf({ ...entry, changes: [part] });
  if (typeof field !== 'string' || !isJsonObject(value)) {
    return [unreadable({ businessAccountId }, reduced(change), 'A change has no field, or no object as its value.')];
  }
  const time = typeof entry['time'] === 'number' ? entry['time'] : undefined;
  if (field !== 'messages') return [{ kind: 'field', businessAccountId, field, time, value }];
  const read = itemsOfMessages({ businessAccountId, field, time }, value);
  return [
    ...read.items,
    ...read.unreadable.map((part) =>
      unreadable({ businessAccountId, field }, reduced({ field, value: part.value }), part.problem),
    ),
  ];
}

function parse(body: string): unknown {
  try {
    return parseExactly(body);
  } catch {
    return undefined; // as that of a body that is JSON, and yet no webhook
  }
}

const idOf = (id: unknown): string | undefined =>
  (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id) : undefined;

const bodyOf = (entry: unknown): string => JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] });

const unreadable = (
  { businessAccountId = '', field = '' }: Partial<UnreadableItem>,
  body: string,
  problem: string,
): UnreadableItem => ({ kind: 'unreadable', businessAccountId, field, body, problem });
