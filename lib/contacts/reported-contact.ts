import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { truncateForColumn } from '../store/columns.js';

/** How someone showed themselves, in a webhook or to the host; at least one of number and ids is there. */
export interface ReportedContact {
  /** Digits with country code, without `+`, in any spelling. */
  readonly phone?: string | undefined;
  /** Meta's `wa_id`: mostly digits, now and then a business-scoped user id. */
  readonly waId?: string | undefined;
  /** Meta's business-scoped user id (BSUID), such as `US.13491208655302741918`. */
  readonly userId?: string | undefined;
  /** The name that they gave themselves on WhatsApp. */
  readonly profileName?: string | undefined;
  /** When, by Meta's clock if Meta reports it; now by default. A number may have belonged to another person at that time. */
  readonly at?: Date | undefined;
}

const DIGITS = /^\d+$/;

export const isPhone = (identity: string): boolean => DIGITS.test(identity);

/** By what someone is recognised: the one spelling of their number, or their user id as it is. */
export function identityOf(phoneOrUserId: string): string {
  const bare = truncateForColumn(phoneOrUserId, 160).trim().replace(/^\+/, '');
  return isPhone(bare) ? canonicalPhone(bare) : bare;
}

/** Everything by which this person is recognised; empty when nothing is known of them. */
export function identitiesOf({ userId, waId, phone }: ReportedContact): readonly string[] {
  const identities = [userId, waId, phone].flatMap((text) => (text ? [identityOf(text)] : []));
  return [...new Set(identities)].filter((identity) => identity !== '');
}

/** The number they can be written to, if there is one. */
export function phoneOf({ phone, waId }: ReportedContact): string | undefined {
  return [phone, waId].find((text) => text !== undefined && isPhone(text));
}

/** The business-scoped user id, in whichever field it is. */
export function userIdOf({ userId, waId, phone }: ReportedContact): string | undefined {
  return [userId, waId, phone].find((text) => text !== undefined && text !== '' && !isPhone(text));
}

// Some countries' mobiles are dialled in two ways, and WhatsApp knows them by either. See "Window & identity" of Meta's
// pages on phone number formats: the added prefix of Brazil and Mexico may be rewritten, Argentina's 9 dropped.

interface SpellingRule {
  /** The longer spelling; its first group is what comes before the digit that may be missing, its second the rest. */
  readonly long: RegExp;
  readonly short: RegExp;
  /** The digit between the two groups. */
  readonly digit: string;
}

const RULES: readonly SpellingRule[] = [
  // A Brazilian landline begins with 2 to 5 after its area code and never had a ninth digit.
  { long: /^(55\d{2})9([6-9]\d{7})$/, short: /^(55\d{2})([6-9]\d{7})$/, digit: '9' },
  { long: /^(52)1(\d{10})$/, short: /^(52)(\d{10})$/, digit: '1' },
  { long: /^(54)9(\d{10})$/, short: /^(54)(\d{10})$/, digit: '9' },
];

/** An Argentine mobile as it is dialled at home: a 15 after the area code, whose length the library knows. */
const WITH_15 = /^54(9?)(\d{2,4}15\d{6,8})$/;

const ARGENTINE_MOBILE = /^\+549(\d{10})$/;

/** The one spelling that all spellings of a number come to: for recognising a person, never for sending. */
export function canonicalPhone(digits: string): string {
  const bare = without15(digits);
  for (const { long } of RULES) if (long.test(bare)) return bare.replace(long, '$1$2');
  return bare;
}

/** Every spelling under which messages to or from this number may be stored, its own among them. */
export function spellingsOf(digits: string): readonly string[] {
  const canonical = canonicalPhone(digits);
  const longer = RULES.flatMap(({ short, digit }) =>
    short.test(canonical) ? [canonical.replace(short, `$1${digit}$2`)] : [],
  );
  return [...new Set([digits, canonical, ...longer, ...longer.flatMap(with15)])];
}

function without15(digits: string): string {
  const [, , national] = WITH_15.exec(digits) ?? [];
  if (national?.length !== 12) return digits;
  const [, subscriber] = ARGENTINE_MOBILE.exec(parsePhoneNumberFromString(`+54${national}`)?.number ?? '') ?? [];
  return subscriber === undefined ? digits : `54${subscriber}`;
}

function with15(digits: string): readonly string[] {
  if (!ARGENTINE_MOBILE.test(`+${digits}`)) return [];
  const national = parsePhoneNumberFromString(`+${digits}`)?.formatNational().replace(/\D/g, '') ?? '';
  const spelling = national.replace(/^0/, '54');
  return canonicalPhone(spelling) === canonicalPhone(digits) ? [spelling] : [];
}
