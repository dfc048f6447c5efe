import { randomUUID } from 'node:crypto';
import type { Logger } from '../platform/logger.js';
import type { SeenTotal } from '../domains/metering/metering.store.js';

type Total = Omit<SeenTotal, 'bytes'> & { bytes: number; written: number };

/** Counts what browsers are sent. */
export interface Meter {
  add(who: { readonly project: string; readonly user: string }, bytes: number): void;
}

/**
 * Keeps, for this process, the sum of each member's day, and writes those that have grown. A sum is written whole, under
 * the process's own name, so that one that is written twice, or whose writing was never confirmed, counts once.
 */
export const createMeter = (
  write: (totals: readonly SeenTotal[]) => Promise<void>,
  logger: Logger,
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
      if (failing) logger.info('what browsers are sent is written down again');
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ err: error }, 'what browsers are sent cannot be written down; it is kept');
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
