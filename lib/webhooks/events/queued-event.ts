import { types } from 'node:util';
import { isJsonObject } from '../../graph/json-object.js';
import type { WhatsAppEvent } from './whatsapp-event.js';

/** An event as a job carries it. */
export interface QueuedEvent {
  /** The event in JSON. */
  readonly event: string;
  /** Names of the handlers that have taken it. */
  readonly handled: readonly string[];
}

/** In JSON that keeps dates apart from texts. */
export function encodeEvent(event: WhatsAppEvent): string {
  return JSON.stringify(event, function (this: unknown, key, value: unknown) {
    // JSON.stringify has made a text of a date before it asks.
    const given: unknown = isJsonObject(this) || Array.isArray(this) ? Reflect.get(this, key) : value;
    return types.isDate(given) ? { $date: given.getTime() } : value;
  });
}

export function decodeEvent(text: string): WhatsAppEvent {
  const event: WhatsAppEvent = JSON.parse(text, (_key, value: unknown) =>
    isJsonObject(value) && typeof value['$date'] === 'number' ? new Date(value['$date']) : value,
  );
  return event;
}
