/** Tries that a message has when Meta's refusal may pass. */
export const MOST_TRIES = 5;

/** Tries against the pair rate: the last wait before giving up is more than an hour. */
export const MOST_PAIR_TRIES = 8;

const SECOND = 1_000;

/** Milliseconds before a try: 1, 2, 4 … 60 s, each up to half as long again, so that many do not come at once. */
export function retryDelay(triesBefore: number, random: () => number = Math.random): number {
  const seconds = Math.min(60, 2 ** triesBefore);
  return seconds * SECOND * (1 + random() / 2);
}

/**
 * Milliseconds before a try after Meta's pair rate limit: 4^n seconds.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
export function pairDelay(triesBefore: number): number {
  return 4 ** triesBefore * SECOND;
}
