import type { PhoneCountryCode } from '../contacts/phone-number.js';
import { readPerson } from '../contacts/contact-reading.js';
import type { ValidationProblem } from '../errors.js';
import type { MessageEntity } from './message.entity.js';

/** Who a message goes to, as its row has it; or what is wrong with what was written. */
export type ReadRecipient =
  | (Pick<MessageEntity, 'recipientPhone' | 'userId'> & { readonly problems?: undefined })
  | { readonly problems: readonly ValidationProblem[] };

/**
 * Reads a recipient: a phone number, or a business-scoped user id (BSUID) such as `US.13491208655302741918`.
 * @param defaultCountry country of national numbers, which are taken too
 */
export function readRecipient(to: unknown, defaultCountry?: PhoneCountryCode): ReadRecipient {
  const person = readPerson(to, defaultCountry);
  if (!person.seen) return { problems: [{ path: 'to', message: person.problem }] };
  const { phone = '', userId = null } = person.seen;
  return { recipientPhone: phone, userId };
}

/** By what the recipient of a message is named: digits, or a business-scoped user id; empty for a person who was erased. */
export const recipientOf = ({
  recipientPhone,
  userId = null,
}: Pick<MessageEntity, 'recipientPhone'> & Partial<Pick<MessageEntity, 'userId'>>): string =>
  recipientPhone || (userId ?? '');

/** Meta refuses one-time codes for a user id (131062), but does not say so beforehand. */
export const NO_CODE_BY_USER_ID = 'must be a phone number: one-time codes cannot be sent to a business-scoped user id.';

/** As many recipients as one statement asks for. */
const BATCH = 500;

/** Recipients in parts that one statement each can ask for. */
export function* batchesOf(recipients: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < recipients.length; from += BATCH) yield recipients.slice(from, from + BATCH);
}
