import { Resolver } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { plain } from './addresses.js';
import type { Destination } from './destination.js';
import { Refusal } from './refusal.js';

/** The addresses of a name; none where there is no such name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Asks the name servers only: names that this machine's own files know are not the internet's. */
export const askNameServers = (): Resolve => {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  return async name => {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return found.flatMap(each => (each.status === 'fulfilled' ? each.value : []));
  };
};

export interface ReachDeps {
  readonly resolve: Resolve;
  /** Whether an address may be connected to at all. */
  readonly isAllowed: (address: string) => boolean;
  readonly ports: readonly number[];
  /** The hub's host name: the platform is not reached by a way around its doors. */
  readonly base: string;
}

const attemptMs = 10_000;
/** Milliseconds after which another address of the same host is tried. */
const nextAddressMs = 2000;
const mostAddresses = 8;
const baseEveryMs = 60_000;

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap(each => (each ?? []).map(({ address }) => plain(address)));

/** A destination, and the addresses that were judged. */
interface Found extends Destination {
  readonly addresses: readonly string[];
}

/** Connects to one of those addresses: no name is looked up a second time. */
const connectTo = ({ host, port, addresses }: Found): Promise<Socket> =>
  new Promise((done, failed) => {
    const socket = connect({
      host: 'judged.invalid',
      port,
      lookup: (_host, _options, answer) => {
        answer(
          null,
          addresses.map(address => ({ address, family: isIP(address) }))
        );
      },
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: nextAddressMs,
      allowHalfOpen: true
    });
    const late = setTimeout(() => socket.destroy(new Refusal(504, `${host} does not answer`)), attemptMs);
    socket.once('error', error => {
      clearTimeout(late);
      failed(error instanceof Refusal ? error : new Refusal(502, `${host} cannot be connected to`));
    });
    socket.once('connect', () => {
      clearTimeout(late);
      done(socket);
    });
  });

/** Finds out where destinations are, and which of their addresses are the internet's. */
export const createReach = ({ resolve, isAllowed, ports, base }: ReachDeps) => {
  let hub: { readonly at: number; readonly addresses: Promise<readonly string[]> } | undefined;

  /** Behind a translator the platform's public address is none of this machine's own. */
  const hubAddresses = (): Promise<readonly string[]> => {
    if (base.endsWith('.localhost')) return Promise.resolve([]);
    if (!hub || performance.now() - hub.at > baseEveryMs)
      hub = { at: performance.now(), addresses: resolve(base) };
    return hub.addresses;
  };

  const addressesOf = async (host: string): Promise<string[]> => {
    const isOwn = host === base || host.endsWith(`.${base}`);
    const found = isIP(host) !== 0 ? [host] : isOwn ? [] : await resolve(host);
    const own = new Set([...ownAddresses(), ...(await hubAddresses()).map(plain)]);
    return found.filter(address => isAllowed(address) && !own.has(plain(address))).slice(0, mostAddresses);
  };

  return {
    /** Where it is; refused where that is not on the internet, or at a port that is not open. */
    async find({ host, port }: Destination): Promise<Found> {
      if (!ports.includes(port))
        throw new Refusal(403, `port ${port} is not open to programs; open are ${ports.join(', ')}`, 'port');
      const addresses = await addressesOf(host);
      // Said of a private host and of one that there is not: nobody finds out which names there are inside.
      if (addresses.length === 0) throw new Refusal(403, `${host} is no host on the internet`, 'host');
      return { host, port, addresses };
    },
    connect: connectTo
  };
};
export type Reach = ReturnType<typeof createReach>;
