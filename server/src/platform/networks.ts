import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** Whether an address is one of a list of addresses and networks such as `10.0.0.0/8`. */
export const among = (list: readonly string[]): ((address: string) => boolean) => {
  const known = new BlockList();
  for (const each of list) {
    const [address = '', bits] = each.split('/');
    if (bits === undefined) known.addAddress(address, familyOf(address));
    else known.addSubnet(address, Number(bits), familyOf(address));
  }
  return address => list.length > 0 && isIP(address) !== 0 && known.check(address, familyOf(address));
};

/**
 * Whom an address stands for where attempts are counted: a subscriber has a whole network (/64) of IPv6 addresses, and
 * would begin anew with each of them. What is no IPv6 address stands for itself.
 */
export const subscriberOf = (address: string): string =>
  isIP(address) === 6
    ? ipaddr.IPv6.parse(address)
        .parts.slice(0, 4)
        .map(part => part.toString(16))
        .join(':') + '::/64'
    : address;
