import { LRUCache } from 'lru-cache';

const REMEMBERED_FOR_MS = 60_000;

interface Lookup {
  readonly answer: Promise<void>;
  readonly startedAt: number;
  hasFailed: boolean;
}

/** Which of the answers that are known count. */
export interface LookupAge {
  readonly maxAge?: number;
  readonly retryFailed?: boolean;
}

/**
 * Asks Meta once for what the database lacks: those who ask at the same time share one request, and for a minute it is not made
 * again, so that a client's typo does not use up Meta's limit. A request that failed is forgotten, at once unless `failuresFor` says
 * otherwise.
 */
export class MetaLookups {
  readonly #recent = new LRUCache<string, Lookup>({ max: 1_000, ttl: REMEMBERED_FOR_MS });

  /** @param failuresFor milliseconds for which a request that failed is not made again */
  constructor(private readonly failuresFor = 0) {}

  once(key: string, lookup: () => Promise<void>): Promise<void> {
    return this.recent(key) ?? this.start(key, lookup);
  }

  /**
   * The answer to a request that was made no longer ago than `maxAge` milliseconds.
   * @param retryFailed whether to repeat a failed lookup even if it failed just now
   */
  recent(key: string, { maxAge = REMEMBERED_FOR_MS, retryFailed = false }: LookupAge = {}): Promise<void> | undefined {
    const recent = this.#recent.get(key);
    if (!recent || (retryFailed && recent.hasFailed)) return undefined;
    return performance.now() - recent.startedAt < maxAge ? recent.answer : undefined;
  }

  start(key: string, lookup: () => Promise<void>): Promise<void> {
    const started = { answer: lookup(), startedAt: performance.now(), hasFailed: false };
    this.#recent.set(key, started);
    started.answer.catch(() => {
      started.hasFailed = true;
      if (this.#recent.get(key) !== started) return;
      if (this.failuresFor === 0) this.#recent.delete(key);
      else this.#recent.set(key, started, { ttl: this.failuresFor });
    });
    return started.answer;
  }
}
