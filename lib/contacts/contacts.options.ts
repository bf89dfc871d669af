import type { PhoneCountryCode } from './phone-number.js';

export interface ContactsOptions {
  /** Country of national phone numbers, which are taken too. */
  readonly defaultCountry: PhoneCountryCode | undefined;
}

export const CONTACTS_OPTIONS = Symbol('CONTACTS_OPTIONS');
