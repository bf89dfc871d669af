import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { LRUCache } from 'lru-cache';
import { boundedCache } from '../bounded-cache.js';
import { ApiKeyRows, type StoredApiKey } from './api-key-rows.js';
import { API_KEY_FORM, hashApiKey } from './api-key-secret.js';
import { isExpired } from './api-key-state.js';
import type { VerifiedApiKey } from './api-key.js';
import { API_KEY_OPTIONS, type ApiKeyOptions } from './api-key.options.js';

/** Tells whom a presented key stands for, remembering for a moment the keys that are good. */
@Injectable()
export class ApiKeyVerifier {
  // Bad keys are not remembered: a new key works at once everywhere, and a flood of wrong ones takes no memory.
  readonly #known: LRUCache<string, StoredApiKey>;
  readonly #cacheTtl: number;
  #changes = 0;

  constructor(
    private readonly rows: ApiKeyRows,
    @Inject(API_KEY_OPTIONS) { cacheTtl }: ApiKeyOptions,
  ) {
    this.#cacheTtl = cacheTtl;
    this.#known = boundedCache(10_000, cacheTtl);
  }

  /** Whom the key stands for; null when it is unknown, revoked or expired. */
  async verify(presented: string): Promise<VerifiedApiKey | null> {
    if (!API_KEY_FORM.test(presented)) return null;
    const keyHash = hashApiKey(presented);
    const stored = this.#known.get(keyHash) ?? (await this.#find(keyHash));
    if (!stored || isExpired(stored.apiKey)) return null;
    const { id: apiKeyId, name, workspace, abilities } = stored.apiKey;
    return { apiKeyId, name, workspace, workspaceId: stored.workspaceId, abilities };
  }

  /** Looks the key with that hash up anew from now on: its row was changed. */
  forget(keyHash: string): void {
    this.#changes += 1;
    this.#known.delete(keyHash);
  }

  async #find(keyHash: string): Promise<StoredApiKey | undefined> {
    const changes = this.#changes;
    const start = performance.now();
    const stored = await this.rows.findByHash(keyHash);
    if (!stored || stored.apiKey.revokedAt || !isSameHash(stored.keyHash, keyHash)) return undefined;
    // What was read while this process changed a key may be older than the change. The time counts from before the query.
    if (this.#cacheTtl > 0 && changes === this.#changes) this.#known.set(keyHash, stored, { start });
    return stored;
  }
}

function isSameHash(stored: string, presented: string): boolean {
  const [left, right] = [Buffer.from(stored, 'hex'), Buffer.from(presented, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}
