import { createHash, randomUUID } from 'node:crypto';
import type { CallbackEventName } from './callback-event.js';

/** Something that happened, for whoever wants to be told. */
export interface CallbackFact {
  readonly workspaceId: number;
  readonly event: CallbackEventName;
  /** The same for the same fact, should it be come across twice; a fact without one is new by itself. */
  readonly key?: string;
  /** Row id of whom it is about. */
  readonly contactId: number | null;
  /** When it happened. */
  readonly at: Date;
  readonly data: object;
}

/** MariaDB's texts take 65,535 bytes. */
const LARGEST_PAYLOAD = 60_000;
const LONG_VALUE = 2_000;

/** The id of a fact's delivery: a UUID. */
export function deliveryIdOf({ key }: CallbackFact): string {
  if (key === undefined) return randomUUID();
  const hash = createHash('sha256').update(`whatsapp-callback:${key}`).digest('hex');
  // Version 8 is what a UUID is that somebody makes in their own way.
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}

/** The body that tells a fact, in JSON. What is very long is left out as null: it can be asked for by its id. */
export function payloadOf({ event, at, data }: CallbackFact): string {
  const payload = JSON.stringify({ event, timestamp: at, data });
  if (Buffer.byteLength(payload) <= LARGEST_PAYLOAD) return payload;
  const short = Object.entries(data).map(([name, value]): [string, unknown] => [name, isLong(value) ? null : value]);
  return JSON.stringify({ event, timestamp: at, data: { ...Object.fromEntries(short), truncated: true } });
}

const isLong = (value: unknown): boolean => (JSON.stringify(value) ?? '').length > LONG_VALUE;
