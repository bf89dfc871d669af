import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import { truncateForColumn } from '../store/columns.js';
import { isError } from '../foreign-errors.js';
import { undici } from '../lazy-packages.js';
import { lookupPublic, isPublicAddress, privateAddress, problemOfUrl } from '../remote-urls.js';
import { CALLBACK_OPTIONS, type CallbackOptions } from './callbacks.options.js';
import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';

/** The outcome of one try. */
export interface CallbackAnswer {
  /** Whether it came through: a status of 200 to 299. */
  readonly isDelivered: boolean;
  readonly responseStatus: number | null;
  /** Why it did not. */
  readonly error: string | null;
}

/** Bytes of an answer that are read, so that its connection can be used again; no one looks at them. */
const MOST_OF_ANSWER = 64 * 1_024;

const LONGEST_ERROR = 500;

/** Calls the addresses of callbacks; none of the host's own network, unless the options allow it. */
@Injectable()
export class CallbackRequests implements OnApplicationShutdown {
  #agent: Agent | undefined;

  constructor(@Inject(CALLBACK_OPTIONS) private readonly options: CallbackOptions) {}

  /** Never rejects. The address is looked at each time, for it may have been allowed when it was set. */
  async post(url: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<CallbackAnswer> {
    const problem = problemOfCallbackUrl(url, this.options);
    if (problem !== undefined) return failure(`The address ${problem}`);
    try {
      return await this.#post(url, body, headers);
    } catch (error) {
      return failure(this.#wordsOf(error));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent?.close();
  }

  async #post(url: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<CallbackAnswer> {
    const signal = AbortSignal.timeout(this.options.callbackTimeout);
    const answer = await undici().request(url, {
      method: 'POST',
      dispatcher: this.#dispatcher(),
      body,
      headers,
      signal,
    });
    const { statusCode } = answer;
    // What was answered is known by now, whatever happens to the rest.
    await answer.body.dump({ limit: MOST_OF_ANSWER, signal }).catch(() => {});
    if (statusCode >= 200 && statusCode < 300) return { isDelivered: true, responseStatus: statusCode, error: null };
    const isRedirect = statusCode >= 300 && statusCode < 400;
    const why = isRedirect ? 'It redirected, which is not followed.' : `It answered HTTP ${statusCode}.`;
    return { isDelivered: false, responseStatus: statusCode, error: why };
  }

  #dispatcher(): Dispatcher {
    const { callbackTimeout: timeout, callbackUrls } = this.options;
    const connect = { timeout, ...(callbackUrls === 'public' && { lookup: lookupPublic }) };
    const { Agent } = undici();
    return (this.#agent ??= new Agent({ connect, headersTimeout: timeout, bodyTimeout: timeout }));
  }

  #wordsOf(error: unknown): string {
    if (!isError(error)) return String(error);
    const { callbackTimeout } = this.options;
    if (error.name === 'TimeoutError') return `It did not answer within ${callbackTimeout / 1_000} seconds.`;
    // What several addresses of one name failed with has no words of its own.
    const [first]: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
    return error.message || (isError(first) ? first.message : error.name);
  }
}

const failure = (error: string): CallbackAnswer => ({
  isDelivered: false,
  responseStatus: null,
  error: truncateForColumn(error, LONGEST_ERROR),
});

/** Milliseconds that a name server may take while someone waits; when a callback is delivered it is asked again anyway. */
const LOOKUP_TIMEOUT = 2_000;

/** What is wrong with the address of a callback, by its looks. */
export function problemOfCallbackUrl(
  given: unknown,
  { callbackUrls }: Pick<CallbackOptions, 'callbackUrls'>,
): string | undefined {
  return problemOfUrl(given, callbackUrls, 'callbackUrls');
}

/** What is wrong with where its name leads, as far as the name can be looked up now. */
export async function problemOfHost(
  { hostname }: URL,
  { callbackUrls }: Pick<CallbackOptions, 'callbackUrls'>,
): Promise<string | undefined> {
  if (callbackUrls === 'any') return undefined;
  const ending = new AbortController();
  const addresses = await Promise.race([
    lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []),
    setTimeout(LOOKUP_TIMEOUT, [], { ref: false, signal: ending.signal }),
  ]);
  ending.abort();
  return addresses.every(({ address }) => isPublicAddress(address)) ? undefined : privateAddress('callbackUrls');
}
