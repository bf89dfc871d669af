import { truncateForColumn } from '../store/columns.js';
import { canonicalPhone } from './phone-spellings.js';

/** How someone showed themselves, in a webhook or to the host; at least one of number and ids is there. */
export interface ContactSighting {
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
export function identitiesOf({ userId, waId, phone }: ContactSighting): readonly string[] {
  const identities = [userId, waId, phone].flatMap((text) => (text ? [identityOf(text)] : []));
  return [...new Set(identities)].filter((identity) => identity !== '');
}

/** The number they can be written to, if there is one. */
export function phoneOf({ phone, waId }: ContactSighting): string | undefined {
  return [phone, waId].find((text) => text !== undefined && isPhone(text));
}

/** The business-scoped user id, in whichever field it is. */
export function userIdOf({ userId, waId, phone }: ContactSighting): string | undefined {
  return [userId, waId, phone].find((text) => text !== undefined && text !== '' && !isPhone(text));
}
