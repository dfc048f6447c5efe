import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { EventEmitter } from 'node:events';
import type { Logger } from '../platform/logger.js';
import { subscriberOf } from '../platform/networks.js';
import { problem } from '../platform/problem.js';
import { createClientAddresses } from './client-addresses.js';

export interface ClientsDeps {
  /** Addresses and networks of the operator's own proxies in front of us. */
  readonly trustedProxies: readonly string[];
  /** Connections that one address may hold at once; behind a trusted proxy, requests and WebSockets under way. */
  readonly most: number;
  readonly logger: Logger;
}

const toldEveryMs = 60_000;

/** Knows clients by their address, and lets none of them take the place of all others. */
export const createClients = ({ trustedProxies, most, logger }: ClientsDeps) => {
  const addresses = createClientAddresses(trustedProxies);
  const held = new Map<string, number>();
  let told = -toldEveryMs;

  const leave = (address: string): void => {
    const left = (held.get(address) ?? 0) - 1;
    if (left > 0) held.set(address, left);
    else held.delete(address);
  };

  /** Whether there is room for one more, which then lasts until `until` closes. */
  const enters = (from: string, until: EventEmitter): boolean => {
    const address = subscriberOf(from);
    const now = held.get(address) ?? 0;
    if (now >= most) {
      if (performance.now() - told > toldEveryMs) {
        told = performance.now();
        logger.warn({ address, most }, 'an address holds as many connections as one may; more are refused');
      }
      return false;
    }
    held.set(address, now + 1);
    until.once('close', () => leave(address));
    return true;
  };

  return {
    addressOf: addresses.of,

    /** Whether a new connection may stay. A trusted proxy's carries many clients, who are counted by their requests. */
    mayConnect(socket: Socket): boolean {
      const peer = addresses.peerOf(socket);
      return addresses.isTrusted(peer) || enters(peer, socket);
    },

    /** Throws when a client behind a trusted proxy has too much under way; what it asks for now ends with `until`. */
    admit(request: IncomingMessage, until: EventEmitter): void {
      if (!addresses.isTrusted(addresses.peerOf(request.socket))) return;
      if (!enters(addresses.of(request), until))
        throw problem(
          'service.unavailable',
          `Your address has ${most} requests and WebSockets under way, as many as one may; close some and try again.`
        );
    },

    /** Addresses that hold something now. */
    get size() {
      return held.size;
    }
  };
};
export type Clients = ReturnType<typeof createClients>;
