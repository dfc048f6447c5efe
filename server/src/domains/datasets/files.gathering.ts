import type { Author } from '../../platform/actor.js';
import { problem } from '../../platform/problem.js';
import type { FileStore } from '../../ports/file-store.js';
import { gather, type Gathered } from './files.gather.js';
import type { Place } from './files.place.js';

/** Files and folders that may be known of at once, by all who take many: each is in memory until it is taken. */
const mostHeld = 600_000;
/** And by one person: what they take slowly is nobody else’s wait. */
const mostHeldByOne = mostHeld / 3;
/** Folders that are walked at once; the others wait. */
const atOnce = 2;

export interface Held {
  readonly gathered: Gathered;
  /** Forgets them; more than once is as good as once. */
  readonly free: () => void;
}

/** Gathers what is to be taken, as long as the server has room to know of it. */
export const createGathering = (files: FileStore) => {
  const held = new Map<string, number>();
  const heldBy = (who: string): number => held.get(who) ?? 0;
  const heldByAll = (): number => [...held.values()].reduce((sum, count) => sum + count, 0);
  let walking = 0;
  const waiting: (() => void)[] = [];

  const turn = async (): Promise<void> => {
    if (walking >= atOnce) await new Promise<void>(resolve => waiting.push(resolve));
    else walking += 1;
  };
  const give = (): void => {
    const next = waiting.shift();
    if (next) next();
    else walking -= 1;
  };

  return async (who: Author, place: Omit<Place, 'path'>, paths: readonly string[]): Promise<Held> => {
    const { name } = who.user;
    await turn();
    let gathered: Gathered;
    try {
      gathered = await gather(files, place, paths);
    } finally {
      give();
    }
    const count = gathered.items.length;
    if (heldByAll() + count > mostHeld || heldBy(name) + count > mostHeldByOne)
      throw problem(
        'operation.too-many',
        'As many files as can be packed or copied at a time are under way; begin again when some of that has ended.'
      );
    held.set(name, heldBy(name) + count);
    let left = count;
    return {
      gathered,
      free: () => {
        const others = heldBy(name) - left;
        if (others > 0) held.set(name, others);
        else held.delete(name);
        left = 0;
      }
    };
  };
};
export type Gathering = ReturnType<typeof createGathering>;
