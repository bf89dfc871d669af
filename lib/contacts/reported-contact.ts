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
  /** Meta's user id of them for the parent business, such as `US.ENT.506847293015`. */
  readonly parentUserId?: string | undefined;
  /** The name that they gave themselves on WhatsApp. */
  readonly profileName?: string | undefined;
  /** Their username on WhatsApp, without `@`. It may be another person's later, so no one is recognised by it. */
  readonly username?: string | undefined;
  /** When, by Meta's clock if Meta reports it; now by default. A number may have belonged to another person at that time. */
  readonly at?: Date | undefined;
  /** When they had this name and username; `at` when left out. */
  readonly profileAt?: Date | undefined;
  /** False where they did nothing themselves: it makes no one a contact that lists show. */
  readonly isListed?: boolean | undefined;
}

const DIGITS = /^\d+$/;

export const isPhone = (identity: string): boolean => DIGITS.test(identity);

/** By what someone is recognised: the one spelling of their number, or their user id as it is. */
export function identityOf(phoneOrUserId: string): string {
  const bare = truncateForColumn(phoneOrUserId, 160).trim().replace(/^\+/, '');
  return isPhone(bare) ? canonicalPhone(bare) : bare;
}

/** Everything by which this person is recognised; empty when nothing is known of them. */
export function identitiesOf({ userId, parentUserId, waId, phone }: ReportedContact): readonly string[] {
  const identities = [userId, parentUserId, waId, phone].flatMap((text) => (text ? [identityOf(text)] : []));
  return [...new Set(identities)].filter((identity) => identity !== '');
}

/** The number they can be written to, if there is one. */
export function phoneOf({ phone, waId }: ReportedContact): string | undefined {
  return [phone, waId].find((text) => text !== undefined && isPhone(text));
}

/** Every user id, in whichever field it is: that of the business first, then that of its parent. */
export function userIdsOf(person: ReportedContact): readonly string[] {
  const ids = identitiesOf(person).filter((identity) => !isPhone(identity));
  return [...ids.filter((id) => !isParentUserId(id)), ...ids.filter(isParentUserId)];
}

/** The business-scoped user id; that of the parent business where it is the only one. */
export const userIdOf = (person: ReportedContact): string | undefined => userIdsOf(person)[0];

const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Whether a text is a business-scoped user id, or that of a parent business. */
export const isUserId = (text: string): boolean => USER_ID.test(text);

/** Whether a user id is that of a parent business. */
export const isParentUserId = (userId: string): boolean => /^[A-Z]{2}\.ENT\./.test(userId);

/** The country of a person by their user id, by ISO 3166-1 alpha-2. */
export const countryOfUserId = (userId: string | null): string | null =>
  /^([A-Z]{2})\./.exec(userId ?? '')?.[1] ?? null;

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
