import {
  type CountryCode,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';

/**
 * A country as phone numbers have it: an ISO 3166-1 alpha-2 code, such as `AR`.
 *
 * @publicApi
 */
export type PhoneCountryCode = CountryCode;

/**
 * A phone number's digits, country calling code first and without `+`; or what is wrong with it.
 *
 * @publicApi
 */
export type NormalizedPhoneNumber =
  | {
      /** Digits with country code, without `+`. */
      readonly digits: string;
      /** What is wrong, as a sentence without a subject. */
      readonly problem?: undefined;
    }
  | {
      /** What is wrong, as a sentence without a subject. */
      readonly problem: string;
      /** Digits with country code, without `+`. */
      readonly digits?: undefined;
    };

// The smaller sets of metadata take too many national numbers for valid ones of another country.
const CALLING_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(metadata.country_calling_codes),
  ...Object.keys(metadata.nonGeographic),
]);

// Spaces, dashes, dots and brackets in every script's form.
const SEPARATORS = /[\s\p{Zs}\p{Pd}\u2212.\uFF0E()[\]\uFF08\uFF09\uFF3B\uFF3D]/gu;

/** Invisible characters that address books and web pages put around numbers. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** The zero of each row of digits that people type phone numbers in: full-width, Arabic-Indic, Persian. */
const ZEROS = [0xff10, 0x0660, 0x06f0];

const OTHER_DIGIT = /[\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9]/g;

const EXAMPLE = '+5491112345678';

/** As most lists have them: nothing of their spelling is to be read. */
const PLAIN = /^\+\d{8,15}$/;

/** Digits of the shortest number that is valid by itself, without area code. */
const SHORTEST_SUBSCRIBER = 7;

/**
 * Reads a phone number: 8 to 15 digits that begin with a known country calling code, with or without `+`. Read as people
 * write numbers: spaces, dashes, dots and brackets separate groups, a trunk zero after the country code is left out as
 * libphonenumber does, `tel:` may precede. Whatever could be something else is refused: letters, extensions, a decimal part
 * or an exponent of a spreadsheet's, several numbers. Numbering plans are not enforced: new ranges and test numbers pass.
 *
 * With a default country, national numbers are taken too: those with a leading 0, and those that are a valid number of that
 * country and either no valid international one or only nationally a mobile's. A number with `+` is always international.
 *
 * @publicApi
 */
export function normalizePhoneNumber(input: unknown, defaultCountry?: PhoneCountryCode): NormalizedPhoneNumber {
  if (typeof input !== 'string') return { problem: `must be a phone number in a string, such as ${EXAMPLE}.` };
  if (PLAIN.test(input)) return checkInternational(withoutTrunkPrefix(input.slice(1), input));
  const text = plainText(input);
  const problem = spellingProblem(text);
  if (problem !== undefined)
    return { problem: `${problem}; write one phone number with its country code, such as ${EXAMPLE}.` };
  const compact = text.replace(SEPARATORS, '');
  const digits = compact.replace(/^\+/, '');
  if (digits === '') return { problem: `must not be empty; write a phone number such as ${EXAMPLE}.` };
  const national = defaultCountry && compact === digits ? readNational(digits, defaultCountry) : undefined;
  return checkInternational(national ?? withoutTrunkPrefix(digits, text));
}

/**
 * Reads ten digits as a number of a country, also where they could be an international one of another.
 * @returns the number with `+`; undefined where they are something else, or too many or few for that country
 */
export function readTenDigits(input: string, country: PhoneCountryCode): string | undefined {
  const text = plainText(input);
  const digits = text.replace(SEPARATORS, '');
  if (!/^\d{10}$/.test(digits) || spellingProblem(text) !== undefined) return undefined;
  const national = parseNumber(digits, country);
  return national?.isPossible() && national.country === country ? national.number : undefined;
}

/** Returns a text without its invisible characters. */
export function visibleText(input: string): string {
  return input.replace(INVISIBLE, '').trim();
}

/** In ASCII's digits, and without what a spreadsheet or a link puts before. */
function plainText(input: string): string {
  return visibleText(input)
    .replace(OTHER_DIGIT, asciiDigit)
    .replaceAll('\uFF0B', '+')
    .replace(/^(?:tel:|')\s*/i, '');
}

/** Why a text is not one phone number and nothing else, whatever its digits are. */
function spellingProblem(text: string): string | undefined {
  if (/^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(text)) return 'was rounded by a spreadsheet: format its cells as text';
  if (/(?:\bext(?:ension)?|;ext=|[x#\uFF58\uFF03])[\s.:]*\d+$/iu.test(text)) return 'must have no extension';
  if (/\p{L}/u.test(text)) return 'must not contain letters';
  if (isDecimal(text)) return 'must have no decimal part: format its cells as text';
  const parts = text.split(/\s+|[,;/|&]/u).map((part) => part.replace(/\D/g, '').length);
  const isSeveral = parts.filter((length) => length >= SHORTEST_SUBSCRIBER).length > 1;
  if (isSeveral || /[\t\n\v\f\r\u0085\u2028\u2029]/.test(text) || text.indexOf('+') < text.lastIndexOf('+')) {
    return 'must be one phone number, in one line';
  }
  const stranger = /[^0-9]/u.exec(text.replace(SEPARATORS, '').replace(/^\+/, ''))?.[0];
  return stranger === undefined ? undefined : `must not contain ${JSON.stringify(stranger)}`;
}

/** Whether the one dot of a text may be a decimal point. */
function isDecimal(text: string): boolean {
  const [whole = '', fraction, ...others] = text.split(/[.,\uFF0E\u066B]/u);
  if (fraction === undefined || others.length > 0 || !/^\d+$/.test(fraction)) return false;
  return fraction.length <= 2 || /^\+?\d{7,}$/.test(whole);
}

/** A national prefix in brackets after the country code: a zero, `(020)` of an area code, Russia's 8. */
const TRUNK_IN_BRACKETS =
  /^([^([\uFF08\uFF3B]*\d[^([\uFF08\uFF3B]*|[([\uFF08\uFF3B]\+?\d{1,3}[)\]\uFF09\uFF3D][^([\uFF08\uFF3B]*)[([\uFF08\uFF3B]\s*(0|\d(?=\s*[)\]\uFF09\uFF3D]))/u;

/** Many countries' people write the prefix that is dialled at home behind the country code; in some, numbers begin with a zero. */
function withoutTrunkPrefix(digits: string, text: string): string {
  const code = callingCodeOf(digits);
  if (code === undefined) return digits;
  const [, before, prefix] = TRUNK_IN_BRACKETS.exec(text) ?? [];
  const place = before === undefined ? code.length : before.replace(/\D/g, '').length;
  // So it is with nearly all, of which parsing would take longer than everything else.
  if (prefix === undefined && digits[place] !== '0') return digits;
  const parsed = parseNumber(`+${digits}`);
  const without = digits.slice(0, place) + digits.slice(place + 1);
  if (parsed?.number === `+${without}`) return without;
  if (prefix === undefined || parsed?.isValid()) return digits;
  return (prefix === '0' && place === code.length) || parseNumber(`+${without}`)?.isValid() ? without : digits;
}

function callingCodeOf(digits: string): string | undefined {
  for (let length = 1; length <= 3; length += 1) {
    const code = digits.slice(0, length);
    if (CALLING_CODES.has(code)) return code;
  }
  return undefined;
}

/** How Meta is given a number: without the `+` it would put the sender's own country code before it. */
export function toE164(digits: string): string {
  return `+${digits}`;
}

function readNational(digits: string, country: PhoneCountryCode): string | undefined {
  // Longer than any number with any prefix: not worth the parser's time.
  if (digits.length > 20) return undefined;
  const national = parseNumber(digits, country);
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
  const international = parseNumber(`+${digits}`);
  return !international?.isValid() || (canBeMobile(national) && !canBeMobile(international));
}

function canBeMobile(number: PhoneNumber): boolean {
  const type = number.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
}

function parseNumber(text: string, defaultCountry?: PhoneCountryCode): PhoneNumber | undefined {
  return parsePhoneNumberFromString(text, { defaultCountry, extract: false });
}

function checkInternational(digits: string): NormalizedPhoneNumber {
  if (digits.startsWith('0')) {
    return { problem: `must begin with a country code, not with 0; write ${EXAMPLE}.` };
  }
  if (digits.length < 8 || digits.length > 15) {
    return {
      problem: `has ${digits.length} digits; a phone number has 8 to 15 with its country code, such as ${EXAMPLE}.`,
    };
  }
  if (callingCodeOf(digits) === undefined) {
    return { problem: `begins with no country code that is known; write it in full, such as ${EXAMPLE}.` };
  }
  return { digits };
}

function asciiDigit(digit: string): string {
  const codePoint = digit.charCodeAt(0);
  const zero = ZEROS.find((candidate) => codePoint >= candidate && codePoint <= candidate + 9);
  return zero === undefined ? digit : String(codePoint - zero);
}

/**
 * Whether a country has phone numbers of its own, by ISO 3166-1 alpha-2.
 *
 * @publicApi
 */
export function isPhoneCountryCode(country: string): country is PhoneCountryCode {
  return Object.hasOwn(metadata.countries, country);
}

/** By calling code: the countries that share it, the main one first. */
const COUNTRIES: Readonly<Record<string, readonly string[] | undefined>> = metadata.country_calling_codes;

/** The calling codes that several countries share: of these, it takes more digits to know the country. */
export const sharedCallingCodes = (): string[] =>
  Object.keys(COUNTRIES).filter((code) => (COUNTRIES[code]?.length ?? 0) > 1);

/**
 * Returns the country that sets the price of a number, by ISO 3166-1 alpha-2: where several share a calling code, the one of
 * its area code, else the main one. Null for numbers of no country, such as satellite phones.
 */
export function countryOfNumber(digits: string): string | null {
  const countries = COUNTRIES[callingCodeOf(digits) ?? ''] ?? [];
  const [main = null] = countries;
  if (countries.length < 2) return main;
  if (digits.length === 11 && digits.startsWith('1')) return countryOfAreaCode(digits.slice(1, 4)) ?? main;
  return parseNumber(`+${digits}`)?.country ?? main;
}

/** By area code of the numbers that begin with +1: to parse each of a million would take half a minute. */
const areaCodes = new Map<string, string | undefined>();

function countryOfAreaCode(areaCode: string): string | undefined {
  if (!areaCodes.has(areaCode)) areaCodes.set(areaCode, parseNumber(`+1${areaCode}2345678`)?.country);
  return areaCodes.get(areaCode);
}

/** What is known of a phone number from its digits alone. */
export interface PhoneReport {
  /** Its digits as they are sent to, country code first; of what is no phone number, those that are in it. */
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
export function reportOnPhoneNumber(input: unknown, defaultCountry?: PhoneCountryCode): PhoneReport {
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
