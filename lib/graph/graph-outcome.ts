import { parseExactly, isJsonObject } from './json.js';
import type { GraphExchangeResult, GraphRequest } from './graph-exchange.js';
import { type GraphFailure, MetaUnreachableError, OutcomeUnknownError } from './meta-outcome.errors.js';
import { readUsage } from './graph-usage.js';
import type { MetaErrorCircumstances } from './error-catalogue.js';
import { MetaApiError } from './meta-api.error.js';
import { readMetaError } from './meta-error-body.js';

/**
 * The outcome of a request. Only the Graph API client decides it, and only by the exchange: was the first byte of
 * the request written, and was a whole, well-formed answer read?
 *
 * - `answered`: Meta carried it out
 * - `refused`: Meta, or the limit of a proxy before it, did not
 * - `notSent`: nothing was written, or nothing could change by it; the error is whatever was thrown
 * - `unknown`: something was written, and no answer could be read: Meta may have carried it out
 */
export type GraphOutcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'refused'; readonly error: MetaApiError }
  | { readonly kind: 'notSent'; readonly error: unknown }
  | { readonly kind: 'unknown'; readonly error: OutcomeUnknownError };

/** An outcome without an answer. */
export type FailedOutcome = Exclude<GraphOutcome<unknown>, { readonly kind: 'answered' }>;

/**
 * Returns the outcome of an exchange.
 *
 * @param secrets hidden wherever Meta repeats them
 * @param circumstances what is known about the request, in which an error may mean something else
 */
export function outcomeOf(
  method: GraphRequest['method'],
  result: GraphExchangeResult,
  secrets: readonly (string | undefined)[],
  circumstances: MetaErrorCircumstances = {},
): GraphOutcome<Record<string, unknown>> {
  if (result.kind === 'failure') return unanswered(method, result.written, result);
  const { status, headers, text } = result;
  const body = parseJson(text);
  const error = readMetaError(isJsonObject(body) ? body['error'] : undefined, secrets);
  const answer = { httpStatus: status, usage: readUsage(headers), retryAfter: readRetryAfter(headers['retry-after']) };
  if (error) return { kind: 'refused', error: new MetaApiError(error, answer, circumstances) };
  if (status === 429) {
    // Throttles are answered before a request is looked at, by Meta's edge or a proxy, so nothing was sent.
    const throttle = { code: null, message: 'Too many requests (HTTP 429).', isTransient: true };
    return { kind: 'refused', error: new MetaApiError(throttle, answer, circumstances) };
  }
  // Graph answers with an object, always: what else is accepted would only break later, when it is too late to know.
  if (status >= 200 && status < 300 && isJsonObject(body) && body['success'] !== false)
    return { kind: 'answered', answer: body };
  return unanswered(method, true, { reason: 'answer', httpStatus: status });
}

/** The outcome of a request without an answer. A `GET` changes nothing, whatever its outcome. */
export function unanswered(method: GraphRequest['method'], written: boolean, failure: GraphFailure): FailedOutcome {
  return written && method !== 'GET'
    ? { kind: 'unknown', error: new OutcomeUnknownError(failure) }
    : { kind: 'notSent', error: new MetaUnreachableError(failure) };
}

/** The answer to a request. @throws what it ended in else */
export function answerOf<T>(outcome: GraphOutcome<T>): T {
  if (outcome.kind === 'answered') return outcome.answer;
  throw outcome.error;
}

/** Ids are opaque: one that comes as a number is taken as its digits, however many those are. */
function parseJson(text: string): unknown {
  try {
    return parseExactly(text, (key, value) => (typeof value === 'number' && IS_ID.test(key) ? String(value) : value));
  } catch {
    return undefined;
  }
}

const IS_ID = /(?:^|_)id$/;

/** Seconds, from either form of `Retry-After`. */
function readRetryAfter(header: string | string[] | undefined): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
