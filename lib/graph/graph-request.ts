import { createHmac } from 'node:crypto';
import { ConfigurationError, ValidationError } from '../errors.js';
import { boundedCache } from '../bounded-cache.js';
import { MetaApiError } from './meta-api.error.js';
import type { MetaErrorCircumstances } from './error-catalogue.js';
import type { GraphUsage } from './graph-usage.js';
import type { JsonObject } from './json.js';
import type { GraphUpload } from './multipart-body.js';

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
export function appSecretProofOf(credential: GraphCredential): string | undefined {
  const { accessToken, appSecret } = credential;
  if (!appSecret) return undefined;
  const proof = proofs.get(credential) ?? createHmac('sha256', appSecret).update(accessToken).digest('hex');
  proofs.set(credential, proof);
  return proof;
}

/** A bulk send has one credential for all its messages. */
const proofs = new WeakMap<GraphCredential, string>();

const MOST_REMEMBERED = 10_000;

/** What Meta says of a token that is good for nothing. One that lacks a permission is taken, and refused some calls alone. */
const BAD_TOKEN_CODES: ReadonlySet<number | null> = new Set([0, 102, 104, 190]);

export const isBadToken = (code: number | null): boolean => BAD_TOKEN_CODES.has(code);

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
    if (error instanceof MetaApiError && isBadToken(error.metaCode)) {
      const { metaCode: code, meaning } = error;
      const isOf = (other: string) => other === accessToken;
      this.#refusals.set(businessAccountId, { businessAccountId, code, meaning, isOf });
    } else if (this.#refusals.size > 0 && (error === undefined || error instanceof MetaApiError)) {
      this.#refusals.delete(businessAccountId);
    }
  }
}

/** What every request to the Graph API takes. */
export interface GraphRequestOptions {
  readonly credential: GraphCredential;
  readonly query?: GraphQuery | undefined;
  /** Gives the request up. Once it was written, a `POST` or `DELETE` then has an unknown outcome. */
  readonly signal?: AbortSignal | undefined;
  /** The request is not written once this has passed; the answer to one that was is waited for nevertheless. */
  readonly deadline?: Date | undefined;
  /** Texts, in addition to the credential, that must be in no error, should Meta repeat them: one-time codes. */
  readonly secrets?: readonly string[] | undefined;
  /** What is known about the request, in which an error of Meta's may mean something else. */
  readonly circumstances?: MetaErrorCircumstances | undefined;
  /** Called with how much of Meta's limits on calls is used, when an answer says so. What it throws is ignored. */
  readonly onUsage?: ((usage: GraphUsage) => void) | undefined;
}

/** What a request that changes something takes. @typeParam T what is made of the answer */
export interface GraphCallOptions<T = unknown> extends GraphRequestOptions {
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /**
   * Makes of Meta's answer what the caller needs of it. Whatever it throws, about an id that is missing say, means that the
   * answer is of no use: then the outcome is unknown. Without it the answer's type is the caller's claim.
   */
  readonly read?: ((answer: JsonObject) => T) | undefined;
}

/** What a download takes. */
export type GraphDownloadOptions = Pick<GraphRequestOptions, 'credential' | 'signal'>;

/** What an upload takes. */
export interface GraphUploadOptions<T = unknown> extends GraphRequestOptions, Pick<GraphCallOptions<T>, 'read'> {
  readonly upload: GraphUpload;
}

/**
 * A path below the version: its segments, such as `[phoneNumberId, 'messages']`, each of which stays one segment whatever
 * is in it; or a text, such as `106540352242922/messages`, which is an id and at most one edge of it. An id that came from
 * outside and was not checked belongs in a list.
 */
export type GraphPath = string | readonly string[];

/** Query parameters; absent ones are left out, lists are joined by commas, as Meta takes `fields`. */
export type GraphQuery = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Writes path and query of a request.
 *
 * @throws ValidationError when a segment would end, or climb out of, its place in the path
 */
export function requestTarget(pathPrefix: string, path: GraphPath, query: GraphQuery = {}): string {
  let target = pathPrefix;
  for (const segment of segmentsOf(path)) target += `/${encodeSegment(segment)}`;
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? target : `${target}?${new URLSearchParams(given).toString()}`;
}

function segmentsOf(path: GraphPath): readonly string[] {
  if (typeof path !== 'string') return path;
  const [id = '', edge, ...rest] = path.split('/');
  // In a text, an id with a slash in it would look like an edge: so there is room for one edge, which is no id.
  if (rest.length > 0 || (edge !== undefined && !/^[a-z_]+$/.test(edge))) throw invalidSegment(path);
  return edge === undefined ? [id] : [id, edge];
}

function encodeSegment(segment: string): string {
  if (/^\w+$/.test(segment)) return segment;
  // Proxies decode %2F and %2E before they route, so that encoding alone would not keep an id in its segment.
  if (!/^[^\s\p{Cc}\p{Cs}/\\?#%]+$/u.test(segment) || /^\.+$/.test(segment)) throw invalidSegment(segment);
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}

function invalidSegment(segment: string): ValidationError {
  const quoted = JSON.stringify(segment.slice(0, 80));
  return new ValidationError([
    { path: 'id', message: `${quoted} is no id of Meta's; ids are digits, such as 106540352242922.` },
  ]);
}
