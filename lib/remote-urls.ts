import { lookup } from 'node:dns';
import ipaddr from 'ipaddr.js';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Networks that are not on the public Internet; of IPv6, those within what is given to the public. An IPv4 address inside an
 * IPv6 one is looked for among those of IPv4.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const PRIVATE_NETWORKS = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure answers every virtual machine there. https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const privateNetworks = new BlockList();
for (const [network, prefix] of PRIVATE_NETWORKS) privateNetworks.addSubnet(network, prefix, familyOf(network));

/** All of IPv6 that is given to anybody, and the IPv4 addresses inside it. https://www.iana.org/assignments/ipv6-address-space */
const givenNetworks = new BlockList();
givenNetworks.addSubnet('2000::', 3, 'ipv6');
givenNetworks.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whether an IP address is one of the public Internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false;
  // An IPv6 address that contains an IPv4 address is judged by that: `process` unwraps ::ffff:10.0.0.1.
  if (ipaddr.process(address).range() !== 'unicast') return false;
  const family = familyOf(address);
  return (family === 'ipv4' || givenNetworks.check(address, family)) && !privateNetworks.check(address, family);
}

/** Names of a machine, or of a network of one's own, and of no place on the Internet. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i;

/** Whether the host of a URL is, by its looks, on the public Internet: names may still lead elsewhere. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublicAddress(host);
  return host.replace(/\.$/, '').includes('.') && !PRIVATE_NAME.test(host);
}

type Resolve = (...lookedUp: Parameters<LookupFunction>) => void;

/** Looks names up by `resolve`, for connections to the public Internet alone. */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options, (error, address, family) => {
      const addresses = typeof address === 'string' ? [address] : (address ?? []).map((each) => each.address);
      const refusal = addresses.every(isPublicAddress) ? null : new Error('The name leads to a private address.');
      callback(error ?? refusal, address, family);
    });
  };
}

/**
 * Looks a name up, for a connection to the public Internet alone: a name may lead into the host's own network. What was
 * checked is what is connected to; the name is not looked up again.
 */
export const lookupPublic: LookupFunction = publicLookup(lookup);

/** Which addresses are called: `public` is https on the public Internet, `any` also http and the host's own network. */
export type AllowedUrls = 'public' | 'any';

const LONGEST_URL = 2_048;

/**
 * Returns what is wrong with a given address, by its text; the address that its name resolves to is checked on connecting, by
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

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
