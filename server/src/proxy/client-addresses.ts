import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Addresses as the operating system tells them for a socket that listens on IPv6 too. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** Whether an address is one of a list of addresses and networks such as `10.0.0.0/8`. */
const among = (list: readonly string[]): ((address: string) => boolean) => {
  const known = new BlockList();
  for (const each of list) {
    const [address = '', bits] = each.split('/');
    if (bits === undefined) known.addAddress(address, familyOf(address));
    else known.addSubnet(address, Number(bits), familyOf(address));
  }
  return address => list.length > 0 && isIP(address) !== 0 && known.check(address, familyOf(address));
};

/**
 * Who a connection or a request comes from. `X-Forwarded-For` is believed as far as proxies that the operator named
 * have written it: from its end, the first address that is none of theirs.
 */
export const createClientAddresses = (trustedProxies: readonly string[]) => {
  const isTrusted = among(trustedProxies);
  const peerOf = (socket: { readonly remoteAddress?: string | undefined }): string =>
    plain(socket.remoteAddress ?? 'unknown');
  return {
    peerOf,
    isTrusted,
    of: (request: IncomingMessage): string => {
      let nearest = peerOf(request.socket);
      if (!isTrusted(nearest)) return nearest;
      const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
      for (const said of forwarded.reverse()) {
        const address = plain(said.trim());
        if (isIP(address) === 0) break;
        nearest = address;
        if (!isTrusted(nearest)) break;
      }
      return nearest;
    }
  };
};
export type ClientAddresses = ReturnType<typeof createClientAddresses>;
