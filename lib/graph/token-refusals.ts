import { LRUCache } from 'lru-cache';
import type { GraphCredential } from './graph-credential.js';
import { MetaApiError } from './meta-api.error.js';

const MOST_REMEMBERED = 10_000;

/** An access token that Meta did not take. */
export interface TokenRefusal {
  /** Meta's id of the business account that it is for. */
  readonly businessAccountId: string;
  /** Meta's error code, such as 190. */
  readonly code: number | null;
  /** What it means, in a sentence for people. */
  readonly meaning: string;
  /** Whether it is this token that was refused: another one has not been tried yet. */
  readonly isOf: (accessToken: string) => boolean;
}

/** The business accounts whose last call in this process Meta refused for its access token. */
export class TokenRefusals {
  readonly #refusals = new LRUCache<string, TokenRefusal>({ max: MOST_REMEMBERED });

  /** Of each account at most one. */
  list(): TokenRefusal[] {
    return [...this.#refusals.values()];
  }

  /** Meta answered a call: took its token at least, unless the error says otherwise. */
  note({ businessAccountId, accessToken }: GraphCredential, error?: unknown): void {
    if (businessAccountId === undefined) return;
    if (error instanceof MetaApiError && error.reaction === 'AUTH') {
      const { metaCode: code, meaning } = error;
      const isOf = (other: string) => other === accessToken;
      this.#refusals.set(businessAccountId, { businessAccountId, code, meaning, isOf });
    } else if (this.#refusals.size > 0 && (error === undefined || error instanceof MetaApiError)) {
      this.#refusals.delete(businessAccountId);
    }
  }
}
