import type { ContactSighting } from './contact-sighting.js';
import { type CountryCode, normalizePhoneNumber, visibleText } from './phone-number.js';

/** A person as they were named; or what is wrong with that. */
export type ReadPerson =
  | {
      readonly problem?: undefined;
      readonly seen: ContactSighting &
        ({ readonly phone: string } | { readonly phone?: undefined; readonly userId: string });
    }
  | { readonly seen?: undefined; readonly problem: string };

/** A business-scoped user id, or that of a parent business. */
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

export const isUserId = (text: string): boolean => USER_ID.test(text);

/**
 * Reads whom somebody means: a phone number, or a business-scoped user id (BSUID).
 * @param defaultCountry country whose national numbers are taken too
 */
export function readPerson(person: unknown, defaultCountry?: CountryCode): ReadPerson {
  const userId = typeof person === 'string' ? visibleText(person) : '';
  if (isUserId(userId)) return { seen: { userId } };
  const { digits, problem } = normalizePhoneNumber(person, defaultCountry);
  if (digits !== undefined) return { seen: { phone: digits } };
  return { problem: problem.replace(/\.$/, ', or a business-scoped user id, such as US.13491208655302741918.') };
}
