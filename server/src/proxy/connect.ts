import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Linux: names a file without opening it. Node does not export it.
const O_PATH = 0o10000000;

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('error', reject);
    socket.once('connect', () => {
      // Who gets it listens a turn later; an error before that is seen by its close, and ends no process.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Tries again while the other side is not there (`waiting` lists the signs of that), for `patience` ms at most. */
const patiently = async (attempt: () => Promise<Socket>, waiting: readonly string[], patience: number) => {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!waiting.includes(codeOf(error)) || performance.now() >= until) throw error;
      await sleep(50);
    }
  }
};

/** A connection to one of our own sockets; its process may be starting again. EAGAIN is a full queue. */
export const connectOwn = (path: string, patience: number): Promise<Socket> =>
  patiently(() => connected(path), ['ECONNREFUSED', 'ENOENT', 'EAGAIN'], patience);

const isSafe = (file: Stats, owner: number | undefined): boolean =>
  file.isSocket() && (owner === undefined || file.uid === owner);

/**
 * A connection to a socket in a folder that a sandbox writes to. A symbolic link there could aim us at a
 * neighbour's socket or at our own, so the name is resolved once, without following a link, what was found is
 * looked at, and the very thing that was looked at is connected to.
 */
export const connectSandbox = (path: string, owner: number | undefined, patience: number): Promise<Socket> =>
  patiently(
    async () => {
      const file = await open(path, O_PATH | constants.O_NOFOLLOW);
      try {
        if (!isSafe(await file.stat(), owner))
          throw new Error(`${path} is not a socket of the sandbox's own`);
        return await connected(`/proc/self/fd/${file.fd}`);
      } finally {
        await file.close();
      }
    },
    ['EAGAIN'],
    patience
  );
