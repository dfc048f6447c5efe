import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Told {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The exit codes that are fine. */
  readonly fine?: readonly number[];
}

/** Runs a program to its end and answers what it printed; a failure carries its last words. */
export const run = async (command: string, given: readonly string[], told: Told = {}): Promise<string> => {
  const { fine = [0], ...rest } = told;
  const child = spawn(command, given, { ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, words, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (!fine.includes(code ?? -1))
    throw new Error(`${command} ended with ${code}: ${(words || out).slice(-2000)}`);
  return out;
};

/** Runs one of the bench's own programs, `name` below `src`, and answers the JSON that it printed. */
export const measured = async <T>(name: string, given: object): Promise<T> => {
  const script = join(import.meta.dirname, '..', name);
  return JSON.parse(await run(process.execPath, ['--no-warnings', script, JSON.stringify(given)])) as T;
};

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Looks again and again until `look` answers something; the answer, or an error after `seconds`. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  seconds = 120,
  every = 10
): Promise<T> => {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > until) throw new Error(`${what}: not within ${seconds} s`);
    await pause(every);
  }
};

/** Seconds that something takes. */
export const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await act();
  return (performance.now() - began) / 1000;
};
