import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';

/** What a limiter is made with, beside what its store needs. */
export interface MinuteLimit {
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/** Limiters of one kind: each knows how many requests it lets pass in a minute. */
export class MinuteLimiters {
  readonly #limiters = new Map<number, RateLimiterAbstract>();

  constructor(private readonly create: (limit: MinuteLimit) => RateLimiterAbstract) {}

  /**
   * As `RequestLimits.count`.
   * @throws what the limiter's store fails with
   */
  async count(key: string, perMinute: number): Promise<number> {
    try {
      await this.#of(perMinute).consume(key);
      return 0;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return Math.max(1, refused.msBeforeNext);
    }
  }

  #of(perMinute: number): RateLimiterAbstract {
    const limiter = this.#limiters.get(perMinute) ?? this.create({ points: perMinute, duration: 60 });
    this.#limiters.set(perMinute, limiter);
    return limiter;
  }
}
