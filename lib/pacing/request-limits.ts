import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { rateLimiterFlexible } from '../lazy-packages.js';
import { ThrottledLogger } from '../logger.js';

/** Requests that are counted together. */
export interface CountedRequests {
  /** Their workspace, and where they go. */
  readonly key: string;
  /** How many of them pass in a minute, which begins with the first. */
  readonly perMinute: number;
}

/** Counts requests, so that no one makes more of them than they may. */
export interface RequestLimits {
  /**
   * Counts one request more.
   * @returns milliseconds until another one passes; 0 when this one does. One that does not pass prolongs no wait.
   */
  count(requests: CountedRequests): Promise<number>;
}

/** Injects the `RequestLimits` of this module. */
export const REQUEST_LIMITS = Symbol('REQUEST_LIMITS');

/** The part of a Redis client that is looked at here; those of ioredis, also for a cluster, are such. */
interface RedisConnection {
  /** `ready` while commands are answered. */
  readonly status: string;
  once(event: 'ready', listener: () => void): unknown;
}

/** How long a request waits for Redis before it is counted without, ms. */
const PATIENCE = 1_000;

/** Counts what all processes are asked that share a Redis; while it is away, each counts for itself. */
export class RedisRequestLimits implements RequestLimits {
  readonly #limiters: MinuteLimiters;
  readonly #standIn = new InMemoryRequestLimits();
  readonly #warnings: ThrottledLogger;
  /** The first requests may come before the connection is there. */
  readonly #connected: Promise<unknown>;
  #silentUntil = 0;

  /** Keys are `<prefix>:requests:<key>`. */
  constructor(
    private readonly client: RedisConnection,
    prefix: string,
    logger: LoggerService,
  ) {
    this.#warnings = new ThrottledLogger(logger);
    this.#limiters = new MinuteLimiters(
      (limit) =>
        new (rateLimiterFlexible().RateLimiterRedis)({
          ...limit,
          storeClient: client,
          keyPrefix: `${prefix}:requests`,
          // Commands that waited for a connection would count long after they were asked.
          rejectIfRedisNotReady: true,
          // Who asks on and on is refused without asking Redis.
          inMemoryBlockOnConsumed: limit.points + 1,
        }),
    );
    const ready = new Promise<void>((resolve) => {
      if (client.status === 'ready') resolve();
      else client.once('ready', resolve);
    });
    this.#connected = Promise.race([ready, delay(PATIENCE, undefined, { ref: false })]);
  }

  async count(requests: CountedRequests): Promise<number> {
    await this.#connected;
    if (this.client.status !== 'ready' || performance.now() < this.#silentUntil) return this.#standIn.count(requests);
    try {
      return await within(PATIENCE, this.#limiters.count(requests.key, requests.perMinute));
    } catch (error) {
      this.#warnings.warn(`Redis counts no requests; each process counts for itself meanwhile: ${String(error)}`);
      // Not each request is to wait for a Redis that is connected and says nothing.
      this.#silentUntil = performance.now() + PATIENCE;
      return this.#standIn.count(requests);
    }
  }
}

async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const passed = delay(ms, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`Redis did not answer within ${ms} ms.`);
  });
  passed.catch(() => {});
  try {
    return await Promise.race([call, passed]);
  } finally {
    timer.abort();
  }
}

/** Counts what this process alone is asked. */
export class InMemoryRequestLimits implements RequestLimits {
  readonly #limiters = new MinuteLimiters((limit) => new (rateLimiterFlexible().RateLimiterMemory)(limit));

  count({ key, perMinute }: CountedRequests): Promise<number> {
    return this.#limiters.count(key, perMinute);
  }
}

/** What a limiter is made with, besides what its store needs. */
interface MinuteLimit {
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/** Limiters of one kind: each knows how many requests it lets pass in a minute. */
class MinuteLimiters {
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
      if (!(refused instanceof rateLimiterFlexible().RateLimiterRes)) throw refused;
      return Math.max(1, refused.msBeforeNext);
    }
  }

  #of(perMinute: number): RateLimiterAbstract {
    const limiter = this.#limiters.get(perMinute) ?? this.create({ points: perMinute, duration: 60 });
    this.#limiters.set(perMinute, limiter);
    return limiter;
  }
}
