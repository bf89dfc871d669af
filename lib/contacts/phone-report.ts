import { type CountryCode, parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/max';
import { normalizePhoneNumber } from './phone-number.js';

/** What can be told of a phone number by its digits alone. */
export interface PhoneReport {
  /** Its digits as they are sent to, country code first; of what is no phone number, those that stand in it. */
  readonly digits: string;
  /** Whether it is a number of its country's numbering plan. */
  readonly isValid: boolean;
  /** Without `+`, such as `1`. */
  readonly callingCode: string | null;
  /** ISO 3166-1 alpha-2; null where several share the digits, or none has them. */
  readonly country: string | null;
  readonly nationalNumber: string | null;
  readonly e164: string | null;
  /** Why it is not valid, as the end of a sentence that begins with the number; null when it is. */
  readonly reason: string | null;
  /** Whether messages can be sent to it: numbering plans are not enforced, as they change. */
  readonly isSendable: boolean;
}

/** Reports on a phone number against the numbering plan of its country. @param input as people write numbers */
export function reportOnPhoneNumber(input: unknown, defaultCountry?: CountryCode): PhoneReport {
  const { digits, problem } = normalizePhoneNumber(input, defaultCountry);
  if (digits === undefined) {
    return {
      digits: typeof input === 'string' || typeof input === 'number' ? String(input).replace(/\D/g, '') : '',
      isValid: false,
      callingCode: null,
      country: null,
      nationalNumber: null,
      e164: null,
      reason: problem,
      isSendable: false,
    };
  }
  const e164 = `+${digits}`;
  const parsed = parsePhoneNumberFromString(e164, { extract: false });
  const isValid = parsed?.isValid() ?? false;
  return {
    digits,
    isValid,
    callingCode: parsed?.countryCallingCode ?? null,
    country: parsed?.country ?? null,
    nationalNumber: parsed?.nationalNumber ?? null,
    e164,
    reason: isValid ? null : faultOf(e164),
    isSendable: true,
  };
}

function faultOf(e164: string): string {
  switch (validatePhoneNumberLength(e164)) {
    case 'TOO_SHORT':
      return 'is too short for a number of its country.';
    case 'TOO_LONG':
      return 'is too long for a number of its country.';
    case 'INVALID_LENGTH':
      return 'has a length that no number of its country has.';
    default:
      return 'begins with digits that no number of its country begins with.';
  }
}
