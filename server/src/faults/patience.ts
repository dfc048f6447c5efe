import { setTimeout as pause } from 'node:timers/promises';

/** Looks until `look` answers something; says at the deadline what was lacking. */
export const until = async <T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 120_000
): Promise<T> => {
  const began = performance.now();
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() - began > ms)
      throw new Error(`within ${String(ms / 1000)} s there was no ${what}`, { cause: last });
    await pause(50);
  }
};

/** How long something took, in ms, beside its result. */
export const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> => {
  const began = performance.now();
  const result = await work();
  return { ms: Math.round(performance.now() - began), result };
};
