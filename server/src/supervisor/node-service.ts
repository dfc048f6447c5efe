import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Kept, Running } from './keep-alive.js';

export interface NodeServiceDeps {
  readonly name: string;
  readonly script: string;
  /** Listening sockets, handed over from descriptor 3 on; we keep them, so connections queue while the service is away. */
  readonly sockets: readonly number[];
  readonly log: string;
  /** V8's limit of the old generation, in MiB. */
  readonly heap: number;
  /** How long it may take to end, in ms, before it is killed. */
  readonly patience?: number;
}

const usualPatience = 8000;

/**
 * V8 would look through the whole heap whenever 64 MiB of buffers have passed, which took more than half of a transfer's
 * processor time; that the young ones die is enough.
 */
const buffersArePassing = ['--external-memory-accounted-in-global-limit', '--initial-old-space-size=128'];

const why = (log: string, code: number | null, signal: string | null): string =>
  `ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}; its log is ${log}`;

/** One of our own processes: it says over its channel when it is ready, and ends by itself when the channel closes. */
export const createNodeService = (deps: NodeServiceDeps): Kept => {
  let child: ChildProcess | undefined;

  const start = async (): Promise<Running> => {
    const log = openSync(deps.log, 'a', 0o600);
    const started = spawn(
      process.execPath,
      [`--max-old-space-size=${deps.heap}`, ...buffersArePassing, '--enable-source-maps', deps.script],
      {
        stdio: ['ignore', log, log, ...deps.sockets, 'ipc']
      }
    );
    closeSync(log);
    child = started;
    const ended = new Promise<string>(resolve => {
      started.once('exit', (code, signal) => resolve(why(deps.log, code, signal)));
      started.once('error', error => resolve(error.message));
    });
    const ready = new Promise<void>(resolve => {
      started.on('message', message => {
        if (typeof message === 'object' && 'ready' in message) resolve();
      });
    });
    if (started.pid === undefined) throw new Error(await ended);
    return { pid: started.pid, ready, ended };
  };

  const stop = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise(resolve => child?.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child?.kill('SIGKILL'), deps.patience ?? usualPatience);
    await gone;
    clearTimeout(late);
  };

  return { name: deps.name, start, stop };
};
