import { setImmediate as nextTurn } from 'node:timers/promises';
import { isJsonObject, type JsonObject, DEEPEST_JSON, type JsonScan, parseExactly, scanJson } from '../graph/json.js';
import { itemsOfMessages } from './items-of-messages.js';
import type { ReceivedItem, UnreadableItem, Walk } from './webhook-item.js';

/** Meta sends at most 1,000 updates in one webhook. */
const MOST_ITEMS = 10_000;

/** More values than the largest webhook of Meta's, of 3 MB, has by its shortest updates. */
const MOST_VALUES = 200_000;

/** The limit of parts with an unknown shape that are kept separately for one webhook; more of them are kept as one. */
const MOST_UNREADABLE = 100;

/** Characters kept of a body that is refused whole. */
const LONGEST_EXCERPT = 50_000;

/** Milliseconds after which other work of the process gets its turn. */
const SLICE_MS = 10;

/**
 * Takes a webhook's body apart: every entry, change and item of it. Nothing is left out: what has a shape that no one knows
 * comes as an unreadable item, and so does a body that is larger than any of Meta's.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function itemsOf(body: string | Buffer): ReceivedItem[] {
  const items: ReceivedItem[] = [];
  for (const item of walk(body)) if (item) items.push(item);
  return items;
}

/** As `itemsOf`, a slice at a time, so that a large webhook holds up nothing else. */
export async function readItems(body: Buffer): Promise<ReceivedItem[]> {
  const items: ReceivedItem[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const item of walk(body)) {
    if (item) items.push(item);
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return items;
}

function* walk(body: string | Buffer): Generator<ReceivedItem | undefined> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const scan = scanJson(bytes);
  const { values, depth } = scan;
  if (depth > DEEPEST_JSON) {
    yield unreadable({}, excerptOf(bytes), `It nests deeper than ${DEEPEST_JSON} levels.`);
    return;
  }
  if (values > MOST_VALUES) {
    yield tooLarge(bytes, `${values} values`);
    return;
  }
  const parsed = parseBody(bytes, scan);
  if (!isJsonObject(parsed) || !Array.isArray(parsed['entry'])) {
    yield unreadable({}, excerptOf(bytes), 'The body is no JSON object with a list of entries.');
    return;
  }
  let [count, strange] = [0, 0];
  for (const step of itemsOfEntries(parsed['entry'])) {
    if (step) count += 1;
    if (count > MOST_ITEMS) {
      yield tooLarge(bytes, `over ${MOST_ITEMS} updates`);
      return;
    }
    if (typeof step === 'function') yield (strange += 1) > MOST_UNREADABLE ? undefined : step();
    else yield step;
  }
  if (strange > MOST_UNREADABLE) {
    const problem = `It has ${strange} parts of a shape that is not known; ${MOST_UNREADABLE} of them are kept by themselves.`;
    yield unreadable({}, excerptOf(bytes), problem);
  }
}

function* itemsOfEntries(entries: readonly unknown[]): Walk {
  for (const entry of entries) {
    const id = isJsonObject(entry) ? accountIdOf(entry['id']) : undefined;
    if (!isJsonObject(entry) || id === undefined) {
      yield () => unreadable({}, bodyOf(entry), 'An entry has no id.');
      continue;
    }
    const { changes, time } = entry;
    if (!Array.isArray(changes)) {
      yield () => unreadable({ businessAccountId: id }, bodyOf(entry), 'An entry has no list of changes.');
      continue;
    }
    for (const change of changes) {
      yield undefined;
      yield* itemsOfChange({ id, time }, change);
    }
  }
}

function* itemsOfChange(entry: { readonly id: string; readonly time: unknown }, change: unknown): Walk {
  const { field, value }: JsonObject = isJsonObject(change) ? change : {};
  const reduced = (part: unknown) => bodyOf({ ...entry, changes: [part] });
  const origin = { businessAccountId: entry.id, field: typeof field === 'string' ? field : '' };
  if (typeof field !== 'string' || !isJsonObject(value)) {
    const problem = 'A change has no field, or no object as its value.';
    yield () => unreadable({ ...origin, field: '' }, reduced(change), problem);
    return;
  }
  const time = typeof entry.time === 'number' ? entry.time : undefined;
  if (field !== 'messages') {
    yield { ...origin, kind: 'field', businessAccountId: accountOf(value) ?? entry.id, time, value };
    return;
  }
  yield* itemsOfMessages({ ...origin, time }, value, (part) =>
    unreadable(origin, reduced({ field, value: part.value }), part.problem),
  );
}

/** In changes of accounts the entry may have the id of a business portfolio, which owns the account or is a partner of its owner. */
function accountOf({ waba_info: info }: JsonObject): string | undefined {
  return isJsonObject(info) ? accountIdOf(info['waba_id']) : undefined;
}

function parseBody(body: Buffer, scan: JsonScan): unknown {
  try {
    return parseExactly(body, undefined, scan);
  } catch {
    return undefined; // as that of a body that is JSON, and yet no webhook
  }
}

const accountIdOf = (id: unknown): string | undefined =>
  (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id) : undefined;

const bodyOf = (entry: unknown): string => JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] });

const excerptOf = (bytes: Buffer): string => bytes.subarray(0, LONGEST_EXCERPT).toString('utf8');

const tooLarge = (bytes: Buffer, size: string): UnreadableItem =>
  unreadable({}, excerptOf(bytes), `It has ${size}, more than any webhook of Meta's; nothing of it is applied.`);

const unreadable = (
  { businessAccountId = '', field = '' }: Partial<UnreadableItem>,
  body: string,
  problem: string,
): UnreadableItem => ({ kind: 'unreadable', businessAccountId, field, body, problem });
