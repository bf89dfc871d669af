import { lookup } from 'node:dns';
import ipaddr from 'ipaddr.js';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Networks that nobody on the Internet is in; of IPv6, those within what is given to anybody. An IPv4 address inside an
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
  // What carries an IPv4 address is one of that, wherever it stands for: `process` sees through ::ffff:10.0.0.1.
  if (ipaddr.process(address).range() !== 'unicast') return false;
  const family = familyOf(address);
  return (family === 'ipv4' || givenNetworks.check(address, family)) && !privateNetworks.check(address, family);
}

/** Names of a machine, or of a network of one's own, and of no place on the Internet. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i;

/** Whether the host of a URL is, by its looks, on the public Internet: names may still lead elsewhere. */
export function isPublicHost(hostname: string): boolean {
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

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
