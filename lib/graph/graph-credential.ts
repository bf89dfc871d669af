import { createHmac } from 'node:crypto';
import { ConfigurationError } from '../errors.js';
import { boundedCache } from '../bounded-cache.js';
import { MetaApiError } from './meta-api.error.js';

/** What Meta knows a business account's app by. */
export interface GraphCredential {
  readonly accessToken: string;
  readonly appSecret?: string | undefined;
  /** Meta's id of the account that calls are made for; whether Meta takes the token is then remembered. */
  readonly businessAccountId?: string | undefined;
}

/** Whether a text can be an access token at all: no token has spaces or line breaks. */
export const isAccessToken = (text: unknown): text is string => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text);

/**
 * The value of the header `Authorization`, the only place an access token is ever put.
 *
 * @throws ConfigurationError when the access token cannot be put in a header
 */
export function authorizationOf({ accessToken }: GraphCredential): string {
  if (!isAccessToken(accessToken)) {
    throw new ConfigurationError(
      'The access token is empty, or has a space, a line break or another character that no access token has. ' +
        'Copy it again from the App Dashboard of Meta, without quotes and without the line break after it.',
    );
  }
  return `Bearer ${accessToken}`;
}

/**
 * The `appsecret_proof` of a credential, or undefined when its app secret is not known.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export function appSecretProofOf({ accessToken, appSecret }: GraphCredential): string | undefined {
  if (!appSecret) return undefined;
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

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

/** The business accounts of which Meta refused the last call in this process for its access token. */
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
