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
