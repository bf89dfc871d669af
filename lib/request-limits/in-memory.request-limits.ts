import { RateLimiterMemory } from 'rate-limiter-flexible';
import { MinuteLimiters } from './minute-limiters.js';
import type { CountedRequests, RequestLimits } from './request-limits.js';

/** Counts what this process alone is asked. */
export class InMemoryRequestLimits implements RequestLimits {
  readonly #limiters = new MinuteLimiters((limit) => new RateLimiterMemory(limit));

  count({ key, perMinute }: CountedRequests): Promise<number> {
    return this.#limiters.count(key, perMinute);
  }
}
