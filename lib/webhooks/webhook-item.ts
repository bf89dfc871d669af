import type { JsonObject } from '../graph/json-object.js';

/** What every item of a webhook came with. */
interface ItemOrigin {
  /** Meta's id of the WhatsApp Business Account: `entry[].id`. */
  readonly businessAccountId: string;
  /** `changes[].field`, such as `messages`. */
  readonly field: string;
}

/** One of `value.statuses[]`: what became of a message that was sent. */
export interface StatusItem extends ItemOrigin {
  readonly kind: 'status';
  /** `value.metadata.phone_number_id`. */
  readonly phoneNumberId: string;
  readonly status: JsonObject;
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
  /** Seconds since 1970, where the entry tells it. */
  readonly time?: number | undefined;
  readonly value: JsonObject;
}

/** The smallest part of a webhook that is applied, or fails, by itself. */
export type WebhookItem = StatusItem | MessageItem | FieldItem;

/** A part of a webhook that has a shape nobody knows; it is kept as it came. */
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
