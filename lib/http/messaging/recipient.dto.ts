import { IsInt, IsOptional } from 'class-validator';
import { type PhoneCountryCode, readTenDigits } from '../../contacts/phone-number.js';
import { Field } from '../surface/dto.js';

/** A person, and the number that the request is for. */
export class RecipientDto {
  @Field({
    description:
      'Recipient: 8 to 15 digits that begin with a country code, with or without `+`, or a business-scoped user id. ' +
      'Ten bare digits are a number of the default country, where one is configured.',
    example: '919876543210',
    service: ['to', 'person'],
  })
  phone!: string;

  @IsOptional()
  @IsInt({ message: 'must be the id of a phone number, as a whole number.' })
  @Field({ description: 'Row id of the phone number that sends; the workspace’s primary one when left out.' })
  account_id?: number | null;
}

/** Returns the recipient for `phone` of a body: ten bare digits are a number of the default country, if there is one. */
export function recipientOfBody({ phone }: RecipientDto, defaultCountry: PhoneCountryCode | undefined): string {
  return (defaultCountry && typeof phone === 'string' && readTenDigits(phone, defaultCountry)) || phone;
}
