import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

interface Closing {
  close(): Promise<void>;
}

export type Bench = ReturnType<typeof createBench>;

/** What figures share: the scratch folder, and what is started once, at its first use, and ended after the last figure. */
export const createBench = (scratch: string) => {
  const kept = new Map<string, Promise<unknown>>();
  const closing: Closing[] = [];

  const log = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };

  return {
    scratch,
    log,

    /** A folder below the scratch folder; every user of the machine can reach it. */
    async folder(...names: string[]): Promise<string> {
      const path = join(scratch, ...names);
      await mkdir(path, { recursive: true, mode: 0o755 });
      return path;
    },

    /** What `make` makes, made once; ended at the end where it can be closed, the newest first. */
    keep<T>(name: string, make: () => Promise<T>): Promise<T> {
      const made =
        (kept.get(name) as Promise<T> | undefined) ??
        make().then(thing => {
          if (typeof thing === 'object' && thing !== null && 'close' in thing) closing.push(thing as Closing);
          return thing;
        });
      kept.set(name, made);
      return made;
    },

    async close(): Promise<void> {
      for (const each of closing.splice(0).reverse())
        await each.close().catch((error: unknown) => {
          log(`not closed: ${String(error)}`);
        });
      kept.clear();
    }
  };
};
