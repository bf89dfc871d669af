import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';
import type { JsonObject } from '../server/param.js';
import { secondsOf, type AcceptedMessage } from '../webhooks/update.js';
import type { FreeEntryPoint } from './free-entry-points.js';

/** Why a message is charged or free. */
export type PricingType = 'regular' | 'free_customer_service' | 'free_entry_point' | 'free_group_customer_service';

/** What Meta charges for a message. */
export interface Price {
  readonly type: PricingType;
  readonly category: string;
  /** The country of the recipient, by ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly entryPoint: FreeEntryPoint | undefined;
}

/**
 * The price of a message since 2026-10-01. See Meta's pages "Pricing" and "Pricing for non-template messages".
 * @param freeMessagesUsed how many of the month's free service messages the phone number has used
 * @returns undefined for reactions, which are neither charged nor counted
 */
export function priceOf(message: AcceptedMessage, at: number, freeMessagesUsed: number): Price | undefined {
  const { recipient, phoneNumber, record } = message;
  if (record.body['type'] === 'reaction') return undefined;
  const country = countryOf(message);
  const entryPoint = phoneNumber.freeEntryPoints.at(recipient.waId, at);
  if (entryPoint) return { type: 'free_entry_point', category: 'referral_conversion', country, entryPoint };
  return { type: typeOf(message, freeMessagesUsed), category: categoryOf(message, country), country, entryPoint };
}

/** Only what is no template may be free; since 2026-10-01 a utility template in an open service window is not. */
function typeOf({ template, recipient, phoneNumber }: AcceptedMessage, freeMessagesUsed: number): PricingType {
  if (template || freeMessagesUsed >= phoneNumber.account.freeServiceMessages) return 'regular';
  return recipient.kind === 'group' ? 'free_group_customer_service' : 'free_customer_service';
}

function categoryOf({ template, recipient, phoneNumber, record }: AcceptedMessage, country: string): string {
  if (record.product === 'marketing_messages') return 'marketing_lite';
  const category = template?.category.toLowerCase() ?? 'service';
  if (recipient.kind === 'group') return `group_${category}`;
  const isInternational =
    category === 'authentication' && phoneNumber.account.internationalAuthentication.includes(country);
  return isInternational ? 'authentication-international' : category;
}

/** That of the business for a group, as who is in it is not known here. */
function countryOf({ recipient: { kind, waId }, phoneNumber }: AcceptedMessage): string {
  if (kind === 'user') return waId.slice(0, 2);
  return countryOfNumber(kind === 'phone' ? waId : phoneNumber.digits);
}

/** By calling code: the countries that share it, the main one first. */
const SHARED: Readonly<Record<string, readonly string[] | undefined>> = metadata.country_calling_codes;

/** `ZZ`, of no country, for satellite phones and what is no number. */
function countryOfNumber(digits: string): string {
  const parsed = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  return parsed?.country ?? SHARED[parsed?.countryCallingCode ?? '']?.[0] ?? 'ZZ';
}

/** What a status says of the price, as it carries it or not. See Meta's page "Status messages webhook reference". */
export function reportedPrice(price: Price, status: string, carries: boolean): JsonObject {
  const { type, category, entryPoint } = price;
  const conversation = entryPoint && {
    id: entryPoint.id,
    ...(status === 'sent' && { expiration_timestamp: String(secondsOf(entryPoint.until)) }),
    origin: { type: 'referral_conversion' },
  };
  return {
    ...(conversation && (carries || status === 'sent') && { conversation }),
    ...(carries && { pricing: { billable: type === 'regular', pricing_model: 'PMP', type, category } }),
  };
}
