import type { MetaApiError } from './meta-api.error.js';
import type { MetaReaction } from './meta-error.types.js';

/** Seconds to wait where Meta names no time: a pair of numbers may exchange a message every 6 seconds. */
const SECONDS: Partial<Record<MetaReaction, number>> = { PHONE_SLOW: 1, PAIR: 6, API_SLOW: 60 };

/** Seconds before another try, when an error is one of Meta's rate limits; undefined when it is another. */
export function rateLimitOf(error: MetaApiError): number | undefined {
  const seconds = SECONDS[error.reaction];
  return seconds === undefined ? undefined : (error.retryAfter ?? seconds);
}
