import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { among } from '../platform/networks.js';

/** Addresses as the operating system tells them for a socket that listens on IPv6 too. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

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
