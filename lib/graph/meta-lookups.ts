import { LRUCache } from 'lru-cache';

const REMEMBERED_FOR_MS = 60_000;

/**
 * Asks Meta once for what the database lacks: those who ask at the same time share one request, and for a minute nobody
 * asks again, so that a client's typo does not use up Meta's limit. A request that failed is not remembered.
 */
export class MetaLookups {
  readonly #recent = new LRUCache<string, Promise<void>>({ max: 1_000, ttl: REMEMBERED_FOR_MS });

  once(key: string, lookup: () => Promise<void>): Promise<void> {
    const recent = this.#recent.get(key);
    if (recent) return recent;
    const request = lookup();
    this.#recent.set(key, request);
    request.catch(() => this.#recent.delete(key));
    return request;
  }
}
