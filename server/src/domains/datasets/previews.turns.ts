import { problem } from '../../platform/problem.js';

export interface TurnsOptions {
  /** How many have a turn at once, and how many of them one person. */
  readonly atOnce: number;
  /** How many of one person's wait, and for how many milliseconds each. */
  readonly waiting: number;
  readonly patience: number;
}

interface Waiting {
  readonly who: string;
  readonly go: () => void;
}

const busy = (words: string) => problem('preview.busy', `${words} Try again in some seconds.`);

/** Lets few at a time read files. Those who wait have their turns in order, nobody two before another has one. */
export const createTurns = ({ atOnce, waiting, patience }: TurnsOptions) => {
  const held = new Map<string, number>();
  const queue: Waiting[] = [];
  const heldBy = (who: string): number => held.get(who) ?? 0;
  const taken = (): number => [...held.values()].reduce((sum, count) => sum + count, 0);

  const next = (): void => {
    while (taken() < atOnce) {
      // Whoever has none comes before who has one.
      const fewest = Math.min(...queue.map(({ who }) => heldBy(who)));
      const index = queue.findIndex(({ who }) => heldBy(who) === fewest);
      if (index < 0) return;
      const [first] = queue.splice(index, 1);
      if (!first) return;
      held.set(first.who, heldBy(first.who) + 1);
      first.go();
    }
  };

  const give = (who: string): void => {
    if (heldBy(who) > 1) held.set(who, heldBy(who) - 1);
    else held.delete(who);
    next();
  };

  const take = (who: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (queue.filter(one => one.who === who).length >= waiting) {
        reject(busy('You look at many files at once.'));
        return;
      }
      const leave = (why: unknown): void => {
        const index = queue.indexOf(one);
        if (index < 0) return;
        queue.splice(index, 1);
        over();
        reject(why instanceof Error ? why : new Error('nobody waits'));
      };
      const timer = setTimeout(() => {
        leave(busy('Many people look at files just now.'));
      }, patience);
      const abort = (): void => {
        leave(signal.reason);
      };
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      };
      const one: Waiting = {
        who,
        go: () => {
          over();
          resolve();
        }
      };
      queue.push(one);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      else next();
    });

  return {
    /** Does it in somebody's turn; rejects with `preview.busy` where that does not come soon. */
    async in<T>(who: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
      await take(who, signal);
      try {
        return await act();
      } finally {
        give(who);
      }
    }
  };
};
export type Turns = ReturnType<typeof createTurns>;
