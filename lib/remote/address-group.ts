import ipaddr from 'ipaddr.js';

/** Bits of an IPv6 address that a provider hands to one customer. */
const IPV6_NETWORK = 64;

/** Whom the requests of an address are counted for: the IPv4 address itself, or the network that an IPv6 address is of. */
export function addressGroupOf(address: string): string {
  const text = address.replace(/%.*$/, '');
  if (!ipaddr.isValid(text)) return address;
  const parsed = ipaddr.process(text);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_NETWORK}`).toString()}/${IPV6_NETWORK}`;
}
