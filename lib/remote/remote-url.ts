import { isPublicHost } from './public-addresses.js';

/** Which addresses are called: `public` is https on the public Internet, `any` also http and the host's own network. */
export type AllowedUrls = 'public' | 'any';

const LONGEST_URL = 2_048;

/**
 * What is wrong with an address that somebody gave, by its looks; where its name leads is checked when it is connected to, by
 * `lookupPublic`. Addresses of IPv4 in any spelling, such as `0x7f.1`, are seen through, for `URL` writes all of them in one.
 * @param option that allows all addresses, for the text
 */
export function problemOfUrl(given: unknown, allowed: AllowedUrls, option: string): string | undefined {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  const isPublic = allowed === 'public';
  if (!url || !(isPublic ? /^https:$/ : /^https?:$/).test(url.protocol)) {
    return isPublic ? 'must be an https URL.' : 'must be an http or https URL.';
  }
  if (url.href.length > LONGEST_URL) return `must have at most ${LONGEST_URL} characters.`;
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password in it.';
  if (isPublic && !isPublicHost(url.hostname)) return privateAddress(option);
  return undefined;
}

export const privateAddress = (option: string): string =>
  `must be on the public Internet; ${option}: "any" in the options of WhatsAppModule allows addresses of your own network.`;
