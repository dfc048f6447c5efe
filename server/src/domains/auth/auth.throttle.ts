import { RateLimiterMemory } from 'rate-limiter-flexible';
import { subscriberOf } from '../../platform/networks.js';
import { problem } from '../../platform/problem.js';

const window = 15 * 60;

/** Checks of passwords under way at once: a burst of guesses must not get in before the first of them is counted. */
const mostAtOnce = 2;

const createTurns = () => {
  const waiting: (() => void)[] = [];
  let under = 0;
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (under >= mostAtOnce) await new Promise<void>(resolve => waiting.push(resolve));
    else under++;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else under--;
    }
  };
};

/** Counts failed sign-ins per name with address and per address; successful ones are never counted. */
export const createThrottle = () => {
  const perName = new RateLimiterMemory({ points: 10, duration: window });
  const perAddress = new RateLimiterMemory({ points: 100, duration: window });
  const inTurn = createTurns();
  const keyOf = (name: string, address: string) => `${name.slice(0, 100)} ${address}`;

  /** Throws `auth.throttled` when too many have failed. */
  const admit = async (name: string, address: string): Promise<void> => {
    const states = await Promise.all([perName.get(keyOf(name, address)), perAddress.get(address)]);
    const blocked = states.filter(state => state !== null && state.remainingPoints <= 0);
    if (blocked.length === 0) return;
    const minutes = Math.ceil(Math.max(...blocked.map(state => state?.msBeforeNext ?? 0)) / 60_000);
    throw problem('auth.throttled', `Too many sign-ins have failed; try again in ${minutes} min.`);
  };

  const failed = async (name: string, address: string): Promise<void> => {
    await Promise.allSettled([perName.consume(keyOf(name, address)), perAddress.consume(address)]);
  };

  return {
    /** Runs a check and counts it when its answer is nothing; throws `auth.throttled` when too many have failed. */
    attempt: <T>(
      name: string,
      address: string,
      check: () => Promise<T | undefined>
    ): Promise<T | undefined> =>
      inTurn(async () => {
        const from = subscriberOf(address);
        await admit(name, from);
        const good = await check();
        if (good === undefined) await failed(name, from);
        else await perName.delete(keyOf(name, from));
        return good;
      })
  };
};
export type Throttle = ReturnType<typeof createThrottle>;
