/** How many people a messaging limit lets a portfolio write to: `TIER_2K` 2,000; what is no number of people, any. */
export function recipientsOf(messagingLimit: string): number {
  const [, count, thousands] = /^TIER_(\d+)(K?)$/.exec(messagingLimit) ?? [];
  if (count === undefined) return Infinity;
  return Number(count) * (thousands === 'K' ? 1_000 : 1);
}
