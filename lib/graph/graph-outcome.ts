import type { GraphExchangeResult, GraphRequest } from './graph-exchange.js';
import type { GraphFailure } from './graph-failure.js';
import { readUsage } from './graph-usage.js';
import { isJsonObject } from './json-object.js';
import { MetaApiError } from './meta-api.error.js';
import { readMetaError } from './meta-error-body.js';
import { MetaUnreachableError, OutcomeUnknownError } from './meta-outcome.errors.js';

/**
 * Tells Meta's answer, or throws which of the other outcomes a request had.
 *
 * @param secrets hidden wherever Meta repeats them
 * @throws MetaApiError when Meta refused it
 * @throws MetaUnreachableError when Meta did not get it, or it was a `GET` without a readable answer
 * @throws OutcomeUnknownError when Meta may have carried it out
 */
// The type is the caller's claim about Meta's answer, which nothing here can infer.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function outcomeOf<T>(
  method: GraphRequest['method'],
  result: GraphExchangeResult,
  secrets: readonly (string | undefined)[],
): T {
  if (result.kind === 'failure') throw unanswered(method, result.written, result);
  const { status, headers, text } = result;
  const body = parseJson<T>(text);
  const error = readMetaError(isJsonObject(body) ? body['error'] : undefined, secrets);
  const answer = { httpStatus: status, usage: readUsage(headers), retryAfter: readRetryAfter(headers['retry-after']) };
  if (error) throw new MetaApiError(error, answer);
  if (status === 429) {
    // Throttles are answered before a request is looked at, by Meta's edge or a proxy, so nothing was sent.
    throw new MetaApiError({ code: null, message: 'Too many requests (HTTP 429).', isTransient: true }, answer);
  }
  // Graph answers with an object, always: what else is accepted would only break later, when it is too late to tell.
  if (status >= 200 && status < 300 && isJsonObject(body)) return body;
  throw unanswered(method, true, { reason: 'answer', httpStatus: status });
}

function unanswered(method: GraphRequest['method'], written: boolean, failure: GraphFailure): Error {
  return written && method !== 'GET' ? new OutcomeUnknownError(failure) : new MetaUnreachableError(failure);
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function parseJson<T>(text: string): T | undefined {
  try {
    const body: T = JSON.parse(text);
    return body;
  } catch {
    return undefined;
  }
}

/** Seconds, from either form of `Retry-After`. */
function readRetryAfter(header: string | string[] | undefined): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
