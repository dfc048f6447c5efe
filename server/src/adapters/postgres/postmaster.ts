import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Postmaster {
  readonly pid: number;
  /** The folder of the socket it listens on. */
  readonly sockets: string;
}

const partsOf = async (path: string, separator: string): Promise<string[]> => {
  try {
    return (await readFile(path, 'utf8')).split(separator);
  } catch {
    return [];
  }
};

/** The process that runs this cluster, found by its pid file; a stale file, its number given to another by now, is none. */
export const findPostmaster = async (cluster: string): Promise<Postmaster | undefined> => {
  const lines = await partsOf(join(cluster, 'postmaster.pid'), '\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid < 2) return undefined;
  const argv = await partsOf(`/proc/${pid}/cmdline`, '\0');
  if (!argv[0]?.endsWith('postgres') || !argv.includes(cluster)) return undefined;
  return { pid, sockets: lines[4] ?? '' };
};

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until a process that need not be our child is gone; false when it is still there after `ms`. */
export const gone = async (pid: number, ms: number): Promise<boolean> => {
  for (const until = Date.now() + ms; isAlive(pid);) {
    if (Date.now() > until) return false;
    await pause(50);
  }
  return true;
};

/** Ends a cluster: a fast shutdown first, an immediate one (recovered at the next start) where that hangs. */
export const stopPostmaster = async ({ pid }: Postmaster): Promise<void> => {
  for (const [signal, ms] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000]
  ] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await gone(pid, ms)) return;
  }
};
