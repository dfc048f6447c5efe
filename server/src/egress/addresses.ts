import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { among } from '../platform/networks.js';

/** A machine's own services at Azure, at an address that looks like any other. */
const services = ['168.63.129.16'];

const global = ipaddr.IPv6.parseCIDR('2000::/3');

/** ISATAP (RFC 5214): below any network the last half is 0:5efe or 200:5efe, and the IPv4 address it leads to. */
const isTunnel = ({ parts }: ipaddr.IPv6): boolean =>
  (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe;

/**
 * Whether an address is one of the internet, as it is written on the wire. Whatever is private, shared, local, reserved,
 * for many, or stands for another address (mapped, translated, tunnelled) is not.
 */
export const isPublic = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || (parsed.match(global) && !isTunnel(parsed));
};

/** The same, without what an operator has closed: addresses and networks. */
export const publicBut = (closed: readonly string[]): ((address: string) => boolean) => {
  const isClosed = among([...services, ...closed]);
  return address => isPublic(address) && !isClosed(address);
};

/** One way to write an address, so that two can be compared. */
export const plain = (address: string): string =>
  isIP(address) === 0 ? address : ipaddr.process(address).toString();
