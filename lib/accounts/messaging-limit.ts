/**
 * How many people outside the service window a business portfolio may message in a rolling 24 hours.
 * @param tier Meta's word, such as `TIER_250`, `TIER_2K` or `TIER_UNLIMITED`
 * @returns null where there is no limit, or none is known
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits
 */
export function messagingLimitOf(tier: string | null): number | null {
  const [, amount, thousands] = /^TIER_(\d+)(K)?$/.exec(tier ?? '') ?? [];
  if (amount === undefined) return null;
  return Number(amount) * (thousands === undefined ? 1 : 1_000);
}

/**
 * Meta's word for a messaging limit, however it is written: webhooks report it as `TIER_2K` or as 2000, and -1 for none.
 * @returns undefined for what is no limit, such as `TIER_NOT_SET`
 */
export function tierOf(limit: unknown): string | undefined {
  if (typeof limit === 'string' && /^TIER_(?:\d+K?|UNLIMITED)$/.test(limit)) return limit;
  const people = typeof limit === 'string' && /^-?\d+$/.test(limit) ? Number(limit) : limit;
  if (people === -1) return 'TIER_UNLIMITED';
  if (typeof people !== 'number' || !Number.isSafeInteger(people) || people <= 0) return undefined;
  return people % 1_000 === 0 ? `TIER_${people / 1_000}K` : `TIER_${people}`;
}
