import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that nobody on the Internet is in. https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE_NETWORKS = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const privateNetworks = new BlockList();
for (const [network, prefix] of PRIVATE_NETWORKS) privateNetworks.addSubnet(network, prefix, familyOf(network));

/** Whether an IP address is one of the public Internet. */
export function isPublicAddress(address: string): boolean {
  return isIP(address) !== 0 && !privateNetworks.check(address, familyOf(address));
}

/** Looks a name up, for a connection to the public Internet alone: a name may lead into the host's own network. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, address, family) => {
    const addresses = typeof address === 'string' ? [address] : (address ?? []).map((each) => each.address);
    const refusal = addresses.every(isPublicAddress) ? null : new Error('The name leads to a private address.');
    callback(error ?? refusal, address, family);
  });
};

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
