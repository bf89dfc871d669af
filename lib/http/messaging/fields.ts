import { type CountryCode, readTenDigits } from '../../contacts/phone-number.js';
import { integer, nullable, string, type Schema } from '../openapi/schema.js';

/** Fields that several bodies of this API have, as API documents describe them. */
export const phone: Schema = string({
  description:
    'Recipient: 8 to 15 digits that begin with a country code, with or without `+`, or a business-scoped user id. ' +
    'Ten bare digits are a number of the default country, where one is configured.',
  example: '919876543210',
});

export const accountId: Schema = nullable(
  integer({ description: 'Row id of the phone number that sends; the workspace’s primary one when left out.' }),
);

/** Returns the recipient for `phone` of a body: ten bare digits are a number of the default country, if there is one. */
export function recipientOf(given: string, defaultCountry: CountryCode | undefined): string {
  return (defaultCountry && typeof given === 'string' && readTenDigits(given, defaultCountry)) || given;
}
