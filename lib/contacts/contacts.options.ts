import type { CountryCode } from './phone-number.js';

export interface ContactsOptions {
  /** Country whose national phone numbers are taken too. */
  readonly defaultCountry: CountryCode | undefined;
}

export const CONTACTS_OPTIONS = Symbol('CONTACTS_OPTIONS');
