import type { ContactSighting } from '../../contacts/contact-sighting.js';
import { isJsonObject } from '../../graph/json-object.js';
import type { InboundMessage } from './inbound-message.js';

/** Somebody who has another number, or another user id, from now on. */
export interface NumberChange {
  readonly from: ContactSighting;
  readonly to: ContactSighting;
}

/** What Meta calls such a note now, and what it did before. */
const CHANGES: ReadonlySet<unknown> = new Set([
  'user_changed_number',
  'user_changed_user_id',
  'customer_changed_number',
]);

/** Whether a system note tells that a person has another number or user id. */
export function numberChangeIn({ type, item, sender }: InboundMessage): NumberChange | undefined {
  const { system } = item.message;
  if (type !== 'system' || !isJsonObject(system) || !CHANGES.has(system.type)) return undefined;
  const told = system.wa_id ?? system.new_wa_id;
  const to = { waId: nonEmptyText(told), userId: nonEmptyText(system.user_id) };
  if (to.waId === undefined && to.userId === undefined) return undefined;
  const isOldNumberTold = typeof item.message.from === 'string';
  const from = { phone: isOldNumberTold ? sender.phone : undefined, userId: nonEmptyText(system.previous_user_id) };
  return { from, to };
}

const nonEmptyText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
