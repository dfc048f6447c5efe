import { readdir, readFile, readlink } from 'node:fs/promises';
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
  for (const until = performance.now() + ms; isAlive(pid);) {
    if (performance.now() > until) return false;
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

/** Processes of this cluster, whoever leads them: each works inside its folder. */
const processesIn = async (cluster: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map(pid => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, i) => folders[i] === cluster).map(Number);
};

/**
 * Ends what a killed postmaster left behind. Its children notice only between two steps of their work, and another
 * postmaster must not write to the same files meanwhile.
 */
export const endOrphans = async (cluster: string): Promise<void> => {
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const orphans = await processesIn(cluster);
    for (const pid of orphans) if (isAlive(pid)) process.kill(pid, signal);
    for (const pid of orphans) await gone(pid, 2000);
  }
};
