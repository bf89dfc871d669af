import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { isPublicAddress, isPublicHost } from '../remote/public-addresses.js';
import type { CallbackOptions } from './callbacks.options.js';

const LONGEST_URL = 2_048;

/** Milliseconds that a name server may take while somebody waits; when a callback is delivered it is asked again anyway. */
const LOOKUP_TIMEOUT = 2_000;

/**
 * What is wrong with the address of a callback, by its looks. Addresses of IPv4 in any spelling, such as `0x7f.1`, are seen
 * through, for `URL` writes all of them in one.
 */
export function problemOfUrl(
  given: unknown,
  { callbackUrls }: Pick<CallbackOptions, 'callbackUrls'>,
): string | undefined {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  const isPublic = callbackUrls === 'public';
  if (!url || !(isPublic ? /^https:$/ : /^https?:$/).test(url.protocol)) {
    return isPublic ? 'must be an https URL.' : 'must be an http or https URL.';
  }
  if (url.href.length > LONGEST_URL) return `must have at most ${LONGEST_URL} characters.`;
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password in it.';
  if (isPublic && !isPublicHost(url.hostname)) return PRIVATE;
  return undefined;
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
  return addresses.every(({ address }) => isPublicAddress(address)) ? undefined : PRIVATE;
}

const PRIVATE =
  'must be on the public Internet; callbackUrls: "any" in the options of WhatsAppModule allows addresses of your own network.';
