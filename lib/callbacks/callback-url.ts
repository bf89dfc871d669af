import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { isPublicAddress, privateAddress, problemOfUrl } from '../remote/remote-urls.js';
import type { CallbackOptions } from './callbacks.options.js';

/** Milliseconds that a name server may take while somebody waits; when a callback is delivered it is asked again anyway. */
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
