import { BlockList, isIP } from 'node:net';

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
