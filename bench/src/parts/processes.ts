import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

/** A port on loopback that nobody listens on, and that the next ones follow unused in all likelihood. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
};

/** A process that serves until it is ended; its output goes to a log. */
export const serve = (
  command: string,
  given: readonly string[],
  told: { log: string; env?: NodeJS.ProcessEnv; cwd?: string }
) => {
  const { log, ...rest } = told;
  const out = openSync(log, 'a');
  const child = spawn(command, given, { ...rest, stdio: ['ignore', out, out] });
  closeSync(out);
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    pid: child.pid ?? -1,
    ended,
    async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(late);
    }
  };
};
export type Served = ReturnType<typeof serve>;

const parentOf = (pid: number): number | undefined => {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1]
    );
  } catch {
    return undefined;
  }
};

/** A process and everything below it. */
export const tree = (root: number): number[] => {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const parents = new Map(pids.map(pid => [pid, parentOf(pid)]));
  const below = (pid: number): number[] => [
    pid,
    ...pids.filter(each => parents.get(each) === pid).flatMap(below)
  ];
  return below(root);
};

/** The proportional share of memory that processes hold, in MiB. */
export const pss = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const [, kib] = /^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return sum + Number(kib ?? 0) / 1024;
  }, 0);
