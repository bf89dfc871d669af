import { createHash } from 'node:crypto';
import type { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import type { WebhookFieldEvent, WhatsAppEvent } from '../events/whatsapp-event.js';
import { WebhookItemError } from '../webhook-arrivals.js';
import type { FieldItem } from '../webhook-item.js';

/** Writes one change down; returns what it is for the host, besides the event `webhook`. */
export type FieldUpdate = () => Promise<readonly WhatsAppEvent[]>;

/** A change of an account that there is. */
export interface AccountChange extends FieldItem {
  readonly account: BusinessAccountEntity;
}

/** Reads changes of some fields. */
export interface FieldReader {
  readonly fields: readonly string[];
  /** @throws WebhookItemError when it is not as Meta describes it */
  read(change: AccountChange): FieldUpdate;
}

/** The same for the same change, however often Meta reports it. */
export function changeIdOf({ businessAccountId, field, time, value }: FieldItem): string {
  return createHash('sha256')
    .update(JSON.stringify([businessAccountId, field, time, value]))
    .digest('hex');
}

export function fieldEvent(item: FieldItem): WebhookFieldEvent {
  const { businessAccountId, field, value } = item;
  return { type: 'webhook', id: changeIdOf(item), businessAccountId, field, value };
}

/** A text, or a number as one: Meta writes ids either way. */
export function textOrNumber(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws WebhookItemError */
export function requiredText(value: unknown, name: string): string {
  const text = textOrNumber(value);
  if (text === undefined) throw new WebhookItemError(`${name} is missing.`);
  return text;
}

/** The moment of a timestamp in seconds, which Meta writes as a number or as a text. */
export function dateOfSeconds(seconds: unknown): Date | undefined {
  const text = textOrNumber(seconds);
  if (text === undefined || !/^\d{1,12}$/.test(text)) return undefined;
  return new Date(Number(text) * 1_000);
}

/** The last moment that the time of a change, in seconds, may mean; the present where Meta reports none. */
export const reportedUntil = ({ time }: FieldItem): Date =>
  time === undefined ? new Date() : new Date(time * 1_000 + 999);
