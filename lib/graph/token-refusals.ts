import { boundedCache } from '../bounded-cache.js';
import type { GraphCredential } from './graph-credential.js';
import { MetaApiError } from './meta-api.error.js';

const MOST_REMEMBERED = 10_000;

/** What Meta says of a token that is good for nothing. One that lacks a permission is taken, and refused some calls alone. */
const BAD_TOKEN_CODES: ReadonlySet<number | null> = new Set([0, 102, 104, 190]);

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
  readonly #refusals = boundedCache<string, TokenRefusal>(MOST_REMEMBERED);

  /** Of each account at most one. */
  list(): TokenRefusal[] {
    return [...this.#refusals.values()];
  }

  /** Meta answered a call: took its token at least, unless the error says that the token is bad. */
  note({ businessAccountId, accessToken }: GraphCredential, error?: unknown): void {
    if (businessAccountId === undefined) return;
    if (error instanceof MetaApiError && BAD_TOKEN_CODES.has(error.metaCode)) {
      const { metaCode: code, meaning } = error;
      const isOf = (other: string) => other === accessToken;
      this.#refusals.set(businessAccountId, { businessAccountId, code, meaning, isOf });
    } else if (this.#refusals.size > 0 && (error === undefined || error instanceof MetaApiError)) {
      this.#refusals.delete(businessAccountId);
    }
  }
}
