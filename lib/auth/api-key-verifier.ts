import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import type { LRUCache } from 'lru-cache';
import { boundedCache } from '../bounded-cache.js';
import { RateLimitedError } from '../errors.js';
import { REQUEST_LIMITS, type RequestLimits } from '../pacing/request-limits.js';
import { ApiKeyRows, type StoredApiKey } from './api-key-rows.js';
import { API_KEY_FORM, hashApiKey, type VerifiedApiKey, isExpired } from './api-key.js';
import { API_KEY_OPTIONS, type WhatsAppApiKeyOptions } from './api-key.options.js';

const MOST_REMEMBERED = 10_000;

/** Milliseconds for which a key that was valid is looked up although its address sent many wrong ones. */
const TRUSTED_FOR = 3_600_000;

/** Milliseconds: the longest that an address is refused at a time. */
const BLOCKED_FOR = 60_000;

/** Bits of an IPv6 address that a provider hands to one customer. */
const IPV6_NETWORK = 64;

/** Verifies API keys, and caches valid and invalid ones for a moment. */
@Injectable()
export class ApiKeyVerifier {
  readonly #known: LRUCache<string, StoredApiKey>;
  /** Hashes of keys that do not exist, so that a client with a wrong key does not cost a query each time. */
  readonly #unknown: LRUCache<string, true>;
  /** Hashes of keys that were valid: others behind the same address, say a proxy's, must not lock their clients out. */
  readonly #trusted: LRUCache<string, true> = boundedCache(MOST_REMEMBERED, TRUSTED_FOR);
  readonly #lookups = new Map<string, Promise<StoredApiKey | undefined>>();
  /** Until when an address is refused, in ms of `performance.now()`. */
  readonly #blocked: LRUCache<string, number> = boundedCache(MOST_REMEMBERED, BLOCKED_FOR);
  readonly #cacheTtl: number;
  readonly #wrongKeysPerMinute: number | false;
  #changes = 0;

  constructor(
    private readonly rows: ApiKeyRows,
    @Inject(REQUEST_LIMITS) private readonly limits: RequestLimits,
    @Inject(API_KEY_OPTIONS) { cacheTtl, wrongKeysPerMinute }: WhatsAppApiKeyOptions,
  ) {
    this.#cacheTtl = cacheTtl;
    this.#wrongKeysPerMinute = wrongKeysPerMinute;
    this.#known = boundedCache(MOST_REMEMBERED, cacheTtl);
    this.#unknown = boundedCache(MOST_REMEMBERED, cacheTtl);
  }

  /**
   * Returns the verified key; null if it is unknown, revoked or expired.
   * @param address that it came from, if wrong keys are to be counted
   * @throws RateLimitedError when too many wrong keys came from that address
   */
  async verify(presented: string, address?: string): Promise<VerifiedApiKey | null> {
    const keyHash = hashApiKey(presented);
    const stored = this.#known.get(keyHash) ?? (await this.#lookUp(keyHash, presented, address));
    if (!stored || isExpired(stored.apiKey)) return null;
    const { id: apiKeyId, name, workspace, abilities } = stored.apiKey;
    return { apiKeyId, name, workspace, workspaceId: stored.workspaceId, abilities };
  }

  /** Drops the key with that hash from the cache, because its row was created or changed. */
  forget(keyHash: string): void {
    this.#changes += 1;
    this.#known.delete(keyHash);
    this.#unknown.delete(keyHash);
    this.#trusted.delete(keyHash);
    this.#lookups.delete(keyHash);
  }

  async #lookUp(keyHash: string, presented: string, address: string | undefined): Promise<StoredApiKey | undefined> {
    const source = address === undefined ? undefined : addressGroupOf(address);
    if (source !== undefined && !this.#trusted.has(keyHash)) this.#assertNotBlocked(source);
    if (this.#unknown.has(keyHash)) return undefined;
    const stored = API_KEY_FORM.test(presented) ? await this.#findOnce(keyHash) : undefined;
    if (stored) {
      this.#trusted.set(keyHash, true);
      return stored;
    }
    this.#trusted.delete(keyHash);
    if (source !== undefined) await this.#countWrongKey(source);
    return undefined;
  }

  #assertNotBlocked(source: string): void {
    const wait = (this.#blocked.get(source) ?? 0) - performance.now();
    if (wait <= 0) return;
    throw new RateLimitedError(
      'Too many wrong API keys came from this address: wait, then send a valid one.',
      wait / 1_000,
    );
  }

  async #countWrongKey(source: string): Promise<void> {
    if (this.#wrongKeysPerMinute === false) return;
    const wait = await this.limits.count({ key: `wrong-keys:${source}`, perMinute: this.#wrongKeysPerMinute });
    if (wait === 0) return;
    this.#blocked.set(source, performance.now() + wait);
    this.#assertNotBlocked(source);
  }

  /** Looks a key up with one query, which concurrent requests with the same key share. */
  #findOnce(keyHash: string): Promise<StoredApiKey | undefined> {
    const underWay = this.#lookups.get(keyHash);
    if (underWay) return underWay;
    const lookup = this.#find(keyHash).finally(() => {
      if (this.#lookups.get(keyHash) === lookup) this.#lookups.delete(keyHash);
    });
    this.#lookups.set(keyHash, lookup);
    return lookup;
  }

  async #find(keyHash: string): Promise<StoredApiKey | undefined> {
    const changes = this.#changes;
    const start = performance.now();
    const stored = await this.rows.findByHash(keyHash);
    const isValid = stored && !stored.apiKey.revokedAt && isSameHash(stored.keyHash, keyHash);
    // What was read while this process changed a key may be older than the change. The time counts from before the query.
    const isCurrent = this.#cacheTtl > 0 && changes === this.#changes;
    if (isValid && isCurrent) this.#known.set(keyHash, stored, { start });
    if (!isValid && isCurrent) this.#unknown.set(keyHash, true, { start });
    return isValid ? stored : undefined;
  }
}

function isSameHash(stored: string, presented: string): boolean {
  const [left, right] = [Buffer.from(stored, 'hex'), Buffer.from(presented, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Returns the group under which requests of an address are counted: the IPv4 address itself, or the network of an IPv6 address. */
function addressGroupOf(address: string): string {
  const text = address.replace(/%.*$/, '');
  if (!ipaddr.isValid(text)) return address;
  const parsed = ipaddr.process(text);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_NETWORK}`).toString()}/${IPV6_NETWORK}`;
}
