import { egressChannel } from '../domains/egress/egress.channel.js';
import { doorsQuery, type Door } from '../domains/egress/egress.store.js';
import { routingChannel } from '../domains/notebooks/notebooks.routing.js';
import type { Logger } from '../platform/logger.js';
import { watchQuery } from '../platform/watched-query.js';
import { whyNot } from './admission.js';
import { openDoor, type OpenDoor } from './door.js';
import { Refusal } from './refusal.js';
import type { Serve } from './serve.js';
import type { Tunnels } from './tunnels.js';

export interface DoorsDeps {
  readonly url: string;
  readonly logger: Logger;
  /** Where a sandbox has its socket. */
  readonly socketOf: (sandbox: string) => string;
  readonly tunnels: Tunnels;
  readonly serve: Serve;
  readonly pollMs?: number;
}

const sweepMs = 500;

/** Milliseconds after which what was read of the database is believed no longer. */
const oldMs = 3500;

/**
 * A door per sandbox that runs, and the end of whatever may not be open any more: switched off, no data owner, locked,
 * archived, over. Where that cannot be found out for some seconds, everything ends.
 */
export const createDoors = ({ url, logger, socketOf, tunnels, pollMs, ...deps }: DoorsDeps) => {
  const open = new Map<string, Promise<OpenDoor>>();
  let known: ReadonlyMap<string, Door> = new Map();
  let closed = false;

  const close = async (sandbox: string): Promise<void> => {
    const door = open.get(sandbox);
    open.delete(sandbox);
    (await door?.catch(() => undefined))?.close();
  };

  const follow = (): void => {
    if (closed) return;
    for (const sandbox of open.keys()) if (!known.has(sandbox)) void close(sandbox);
    for (const sandbox of known.keys()) {
      if (open.has(sandbox)) continue;
      const door = openDoor(socketOf(sandbox), sandbox, deps.serve);
      open.set(sandbox, door);
      // Its folder may not be there yet, or not any more: the next sweep tries again.
      door.catch(() => open.delete(sandbox));
    }
  };

  const watched = watchQuery<Door>({
    url,
    name: 'who may reach the internet',
    text: doorsQuery,
    channels: [egressChannel, routingChannel],
    logger,
    pollMs,
    accept: rows => {
      known = new Map(rows.map(door => [door.sandbox, door]));
      sweep();
    }
  });

  const isOld = (): boolean => watched.age > oldMs;

  const sweep = (): void => {
    tunnels.endWhere(sandbox => isOld() || whyNot(known.get(sandbox)) !== undefined);
    follow();
  };
  const sweeping = setInterval(sweep, sweepMs);

  return {
    /** What is known of a sandbox; undefined for none that runs. */
    lookup(sandbox: string): Door | undefined {
      if (isOld()) throw new Refusal(503, 'the platform cannot judge this just now; try again');
      return known.get(sandbox);
    },
    async close(): Promise<void> {
      closed = true;
      clearInterval(sweeping);
      await watched.close();
      tunnels.endWhere(() => true);
      await Promise.all([...open.keys()].map(close));
    }
  };
};
export type Doors = ReturnType<typeof createDoors>;
