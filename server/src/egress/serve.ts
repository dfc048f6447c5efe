import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Door } from '../domains/egress/egress.store.js';
import type { Logger } from '../platform/logger.js';
import { join } from '../platform/join.js';
import { demand, over } from './admission.js';
import { destinationOf, type Destination } from './destination.js';
import type { Diary } from './diary.js';
import type { Reach } from './reach.js';
import { Refusal } from './refusal.js';
import type { Place, Tunnels } from './tunnels.js';

export interface ServeDeps {
  /** What is known of a sandbox without asking; undefined for none that runs. Throws where it is known no longer. */
  readonly known: (sandbox: string) => Door | undefined;
  /** The same, as the database has it now. Rejects where it cannot be asked. */
  readonly ask: (sandbox: string) => Promise<Door | undefined>;
  readonly reach: Reach;
  readonly diary: Diary;
  readonly tunnels: Tunnels;
  readonly logger: Logger;
  /** Milliseconds without a byte either way after which a connection ends. */
  readonly idleMs: number;
}

/** A program that tries again at once, for ever, is slowed down. */
const slowMs = 100;
const hangUpMs = 2000;

const tooMany = 'your programs reached too many different hosts in these minutes; wait some';

/** CONNECT has no body that two readers could end in two places. */
const isSound = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;

const answer = (socket: Duplex, { status, message }: Refusal): void => {
  const body = `${message}\n`;
  const head = [
    `HTTP/1.1 ${status} ${message}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close'
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Whoever does not hang up then is hung up on.
  setTimeout(() => socket.destroy(), hangUpMs).unref();
};

/** Serves what one sandbox's programs ask for: a connection to a host, and nothing else. */
export const createServe = (deps: ServeDeps) => {
  const { known, ask, reach, diary, tunnels, logger } = deps;

  const refusalOf = (error: unknown): Refusal => {
    if (error instanceof Refusal) return error;
    logger.warn({ err: error }, 'a connection to the internet could not be judged, and was refused');
    return new Refusal(503, 'the platform cannot judge this just now; try again');
  };

  /** A connection to a destination, for who may have it now. */
  const seek = async (door: Door, destination: Destination, place: Place): Promise<Socket> => {
    demand(await ask(door.sandbox));
    const found = await reach.find(destination);
    if (!(await diary.tell({ door, destination }))) throw new Refusal(429, tooMany);
    const outer = await reach.connect(found);
    place.reaches(outer);
    return outer;
  };

  const open = async (sandbox: string, request: IncomingMessage, inner: Duplex, first: Buffer) => {
    if (!isSound(request)) throw new Refusal(400, 'CONNECT has no body');
    const destination = destinationOf(request.url ?? '');
    // Who is refused costs the database nothing.
    const door = known(sandbox);
    try {
      if (!door) throw over();
      demand(door);
      const place = tunnels.begin(door, inner);
      const outer = await seek(door, destination, place).finally(() => {
        place.settled();
      });
      if (inner.destroyed) return;
      outer.setTimeout(deps.idleMs, () => outer.destroy());
      inner.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (first.length > 0) outer.write(first);
      join(inner, outer);
    } catch (error) {
      const refusal = refusalOf(error);
      if (door && refusal.code) await diary.tell({ door, destination, refused: refusal.code });
      throw refusal;
    }
  };

  return async (sandbox: string, request: IncomingMessage, inner: Duplex, first: Buffer): Promise<void> => {
    inner.on('error', () => inner.destroy());
    try {
      await open(sandbox, request, inner, first);
    } catch (error) {
      await pause(slowMs);
      if (inner.writable) answer(inner, refusalOf(error));
      else inner.destroy();
    }
  };
};
export type Serve = ReturnType<typeof createServe>;
