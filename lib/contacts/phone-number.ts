import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';

export type { CountryCode };

/** A phone number's digits, country calling code first and without `+`; or what is wrong with it. */
export type NormalizedPhoneNumber =
  { readonly digits: string; readonly problem?: undefined } | { readonly problem: string; readonly digits?: undefined };

// The smaller sets of metadata take too many national numbers for valid ones of another country.
const CALLING_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(metadata.country_calling_codes),
  ...Object.keys(metadata.nonGeographic),
]);

// Spaces, dashes, dots and brackets in every script's form, and the invisible marks that address books put around numbers.
const SEPARATORS = /[\s\p{Zs}\p{Pd}\p{Cf}\u2212.\uFF0E()[\]\uFF08\uFF09\uFF3B\uFF3D]/gu;

/** The zero of each row of digits that people type phone numbers in: full-width, Arabic-Indic, Persian. */
const ZEROS = [0xff10, 0x0660, 0x06f0];

const OTHER_DIGIT = /[\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9]/g;

const EXAMPLE = 'such as +5491112345678';

/**
 * Reads a phone number: 8 to 15 digits that begin with a known country calling code, with or without `+`. Spaces, dashes,
 * dots and brackets are dropped, anything else is refused. Numbering plans are not enforced: new ranges and test numbers
 * pass.
 *
 * With a default country, national numbers are taken too: those with a leading 0, and those that are a valid number of that
 * country and either no valid international one or only nationally a mobile's. A number with `+` is always international.
 */
export function normalizePhoneNumber(input: unknown, defaultCountry?: CountryCode): NormalizedPhoneNumber {
  if (typeof input !== 'string') return { problem: `must be a phone number in a string, ${EXAMPLE}.` };
  const compact = input
    .replace(SEPARATORS, '')
    .replace(OTHER_DIGIT, asciiDigit)
    .replace(/^\uFF0B/, '+');
  const digits = compact.replace(/^\+/, '');
  if (digits === '') return { problem: `must not be empty; write a phone number ${EXAMPLE}.` };
  const stranger = /[^0-9]/u.exec(digits)?.[0];
  if (stranger !== undefined) {
    return { problem: `has ${JSON.stringify(stranger)} in it; write digits with their country code, ${EXAMPLE}.` };
  }
  const national = defaultCountry && compact === digits ? readNational(digits, defaultCountry) : undefined;
  return checkInternational(national ?? digits);
}

/** How Meta is told a number: without the `+` it would put the sender's own country code before it. */
export function toE164(digits: string): string {
  return `+${digits}`;
}

function readNational(digits: string, country: CountryCode): string | undefined {
  // Longer than any number with any prefix: not worth the parser's time.
  if (digits.length > 20) return undefined;
  const national = parse(digits, country);
  if (!national) return undefined;
  const isNational = digits.startsWith('0') ? isLikelyNational(national) : isRatherNational(national, digits);
  return isNational ? national.number.slice(1) : undefined;
}

/** No calling code begins with 0, so it cannot be international: a likely length is enough, as ranges may be new. */
function isLikelyNational(national: PhoneNumber): boolean {
  return national.isValid() || (national.isPossible() && !national.nationalNumber.startsWith('0'));
}

/** Digits that are a valid number both ways are read the way in which they can be a mobile's, else as international. */
function isRatherNational(national: PhoneNumber, digits: string): boolean {
  if (!national.isValid()) return false;
  const international = parse(`+${digits}`);
  return !international?.isValid() || (canBeMobile(national) && !canBeMobile(international));
}

function canBeMobile(number: PhoneNumber): boolean {
  const type = number.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
}

function parse(text: string, defaultCountry?: CountryCode): PhoneNumber | undefined {
  return parsePhoneNumberFromString(text, { defaultCountry, extract: false });
}

function checkInternational(digits: string): NormalizedPhoneNumber {
  if (digits.startsWith('0')) {
    return { problem: `must begin with a country code, not with 0; write ${EXAMPLE.slice('such as '.length)}.` };
  }
  if (digits.length < 8 || digits.length > 15) {
    return { problem: `has ${digits.length} digits; a phone number has 8 to 15 with its country code, ${EXAMPLE}.` };
  }
  if (![1, 2, 3].some((length) => CALLING_CODES.has(digits.slice(0, length)))) {
    return { problem: `begins with no country code that is known; write it in full, ${EXAMPLE}.` };
  }
  return { digits };
}

function asciiDigit(digit: string): string {
  const codePoint = digit.charCodeAt(0);
  const zero = ZEROS.find((candidate) => codePoint >= candidate && codePoint <= candidate + 9);
  return zero === undefined ? digit : String(codePoint - zero);
}

/** Whether a country has phone numbers of its own, by ISO 3166-1 alpha-2. */
export function isCountryCode(country: string): country is CountryCode {
  return Object.hasOwn(metadata.countries, country);
}
