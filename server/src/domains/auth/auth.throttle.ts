import { RateLimiterMemory } from 'rate-limiter-flexible';
import { problem } from '../../platform/problem.js';

const window = 15 * 60;

/** Counts failed sign-ins per name with address and per address; successful ones are never counted. */
export const createThrottle = () => {
  const perName = new RateLimiterMemory({ points: 10, duration: window });
  const perAddress = new RateLimiterMemory({ points: 100, duration: window });
  const keyOf = (name: string, address: string) => `${name.slice(0, 100)} ${address}`;

  return {
    /** Throws `auth.throttled` when too many have failed. */
    async admit(name: string, address: string): Promise<void> {
      const states = await Promise.all([perName.get(keyOf(name, address)), perAddress.get(address)]);
      const blocked = states.filter(state => state !== null && state.remainingPoints <= 0);
      if (blocked.length === 0) return;
      const minutes = Math.ceil(Math.max(...blocked.map(state => state?.msBeforeNext ?? 0)) / 60_000);
      throw problem('auth.throttled', `Too many sign-ins have failed; try again in ${minutes} min.`);
    },

    async failed(name: string, address: string): Promise<void> {
      await Promise.allSettled([perName.consume(keyOf(name, address)), perAddress.consume(address)]);
    },

    async succeeded(name: string, address: string): Promise<void> {
      await perName.delete(keyOf(name, address));
    }
  };
};
export type Throttle = ReturnType<typeof createThrottle>;
