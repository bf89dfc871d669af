import type { JsonObject } from '../graph/json.js';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** What every item of a webhook came with. */
interface ItemOrigin {
  /** Meta's id of the WhatsApp Business Account: `entry[].id`. */
  readonly businessAccountId: string;
  /** `changes[].field`, such as `messages`. */
  readonly field: string;
}

/** One of `value.statuses[]`: a status of a message that was sent. */
export interface StatusItem extends ItemOrigin {
  readonly kind: 'status';
  /** `value.metadata.phone_number_id`. */
  readonly phoneNumberId: string;
  readonly status: JsonObject;
  /** The one of `value.contacts[]` who the message went to, if it is there. */
  readonly contact?: JsonObject | undefined;
}

/** One of `value.messages[]`: what a customer sent. */
export interface MessageItem extends ItemOrigin {
  readonly kind: 'message';
  readonly phoneNumberId: string;
  readonly message: JsonObject;
  /** The one of `value.contacts[]` who sent it, if it is there. */
  readonly contact?: JsonObject | undefined;
}

/** Everything else: the whole `value` of a change. */
export interface FieldItem extends ItemOrigin {
  readonly kind: 'field';
  /** Seconds since 1970, where the entry has it. */
  readonly time?: number | undefined;
  readonly value: JsonObject;
}

/** The smallest part of a webhook that is applied, or fails, by itself. */
export type WebhookItem = StatusItem | MessageItem | FieldItem;

/** A part of a webhook that has a shape no one knows; it is kept as it came. */
export interface UnreadableItem extends ItemOrigin {
  readonly kind: 'unreadable';
  /** A webhook's body with this part alone. */
  readonly body: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/** Whatever a webhook may have in it. */
export type ReceivedItem = WebhookItem | UnreadableItem;

/** Items of a webhook, those that are unreadable as functions that make them, and steps of the way that end in none. */
export type Walk = Generator<WebhookItem | (() => UnreadableItem) | undefined>;

/** Bytes that a text column has on every database. */
const LONGEST = 65_000;

const DEFLATED = 'deflate-raw:';

/** The text that an item is kept as: its JSON, compressed when it is too long; nothing but its beginning when even that is. */
export function toStored(item: ReceivedItem): string {
  const json = JSON.stringify(item);
  if (Buffer.byteLength(json) <= LONGEST) return json;
  const deflated = DEFLATED + deflateRawSync(json).toString('base64');
  return deflated.length <= LONGEST ? deflated : json.slice(0, LONGEST / 4);
}

/** The item that a text was kept as; undefined when it was too long to be kept whole. */
export function fromStored(stored: string): ReceivedItem | undefined {
  try {
    const item: ReceivedItem = JSON.parse(
      stored.startsWith(DEFLATED)
        ? inflateRawSync(Buffer.from(stored.slice(DEFLATED.length), 'base64')).toString()
        : stored,
    );
    return item;
  } catch {
    return undefined;
  }
}

/** The value when it is a text with something in it. */
export const nonEmptyText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
