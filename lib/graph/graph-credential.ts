import { createHmac } from 'node:crypto';
import { ConfigurationError } from '../errors.js';

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
 * @throws ConfigurationError when the access token cannot stand in a header
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
