import type { Door } from '../domains/egress/egress.store.js';
import type { Destination } from './destination.js';

/** One thing that is told of: a member's programs reached a host, or were refused it. */
export interface Told {
  readonly door: Door;
  readonly destination: Destination;
  readonly refused?: string;
}

export interface DiaryDeps {
  readonly write: (told: Told) => Promise<void>;
  readonly now?: () => number;
  /** Milliseconds in which the same is told once. */
  readonly windowMs?: number;
  /** Different hosts of one member in that time. */
  readonly most?: number;
}

/** Writes who reached which host, once in a while instead of for each connection. */
export const createDiary = ({
  write,
  now = () => performance.now(),
  windowMs = 10 * 60_000,
  most = 1000
}: DiaryDeps) => {
  const windows = new Map<string, { readonly since: number; readonly told: Map<string, Promise<void>> }>();

  const windowOf = (who: string) => {
    for (const [key, { since }] of windows) if (now() - since >= windowMs) windows.delete(key);
    const known = windows.get(who);
    if (known) return known.told;
    const told = new Map<string, Promise<void>>();
    windows.set(who, { since: now(), told });
    return told;
  };

  return {
    /** Resolves with whether it is told of; false where there were too many different hosts. Rejects if it cannot be. */
    async tell(what: Told): Promise<boolean> {
      const { door, destination, refused = '' } = what;
      const told = windowOf(`${door.project} ${door.user}`);
      const key = `${refused} ${destination.host}:${destination.port}`;
      if (!told.has(key) && told.size >= most) return false;
      const writing = told.get(key) ?? write(what);
      told.set(key, writing);
      try {
        // Whoever comes meanwhile waits for the same row.
        await writing;
      } catch (error) {
        told.delete(key);
        throw error;
      }
      return true;
    }
  };
};
export type Diary = ReturnType<typeof createDiary>;
