import { randomUUID } from 'node:crypto';
import type { Logger } from './logger.js';

/** What one process counted of a member on a day (UTC), under a name of its own. */
export interface MemberTotal {
  readonly project: string;
  readonly username: string;
  readonly day: string;
  readonly source: string;
  readonly bytes: number;
}

type Total = Omit<MemberTotal, 'bytes'> & { bytes: number; written: number };

/** Counts bytes by member. */
export interface Meter {
  add(who: { readonly project: string; readonly user: string }, bytes: number): void;
}

/**
 * Keeps, for this process, the sum of each member's day, and writes those that have grown. A sum is written whole, under
 * the process's own name, so that one that is written twice, or whose writing was never confirmed, counts once.
 */
export const createMeter = (
  write: (totals: readonly MemberTotal[]) => Promise<void>,
  logger: Logger,
  /** What is counted, in words: "what browsers are sent". */
  what: string,
  now: () => number = Date.now
) => {
  const source = randomUUID();
  const totals = new Map<string, Total>();
  let failing = false;
  let writing: Promise<void> | undefined;

  const today = (): string => new Date(now()).toISOString().slice(0, 10);

  const writeGrown = async (): Promise<void> => {
    const grown = [...totals.values()].filter(({ bytes, written }) => bytes > written);
    const sums = grown.map(({ written: _, ...total }) => total);
    try {
      if (sums.length > 0) await write(sums);
      if (failing) logger.info(`${what} is written down again`);
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ err: error }, `${what} cannot be written down; it is kept`);
      failing = true;
      return;
    }
    grown.forEach((total, i) => (total.written = sums[i]?.bytes ?? 0));
    for (const [key, { day, bytes, written }] of totals)
      if (day !== today() && bytes === written) totals.delete(key);
  };

  return {
    add({ project, user }: { readonly project: string; readonly user: string }, bytes: number): void {
      const day = today();
      const key = `${day} ${project} ${user}`;
      const known = totals.get(key);
      if (known) known.bytes += bytes;
      else totals.set(key, { project, username: user, day, source, bytes, written: 0 });
    },
    /** Writes what has grown; never fails: what could not be written is tried again with the next. */
    async flush(): Promise<void> {
      await writing;
      writing = writeGrown();
      await writing;
    }
  };
};
