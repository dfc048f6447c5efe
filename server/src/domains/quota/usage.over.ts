import { kindsOfStorage, type Over } from './usage.storage.js';
import { overNow, type WarningsDeps } from './usage.warnings.js';
import { createWarningsStore } from './warnings.store.js';

/** A project that stores more than it may. */
export interface OverProject {
  readonly project: string;
  readonly what: Over['what'];
  /** Nobody is to go on writing: the time after the warning is over, or it is far beyond the limit. */
  readonly ends: boolean;
}

/** Tells which projects store too much; who is new among them, or no more, is warned and written down by `warn`. */
export const createStorageOver =
  (deps: WarningsDeps, warn: () => Promise<void>) => async (): Promise<OverProject[]> => {
    const keyOf = ({ project, what }: { project: string; what: string }): string => `${project} ${what}`;
    const warned = async () =>
      (await createWarningsStore(deps.db).all()).filter(row =>
        kindsOfStorage.some(kind => kind === row.what)
      );
    const over = await overNow(deps);
    let rows = await warned();
    const known = new Set(rows.map(keyOf));
    const now = Date.now();
    const isBehind =
      rows.length !== over.length ||
      over.some(one => !known.has(keyOf(one))) ||
      rows.some(row => !row.overdue && row.ends_at.getTime() <= now);
    if (isBehind) {
      await warn();
      rows = await warned();
    }
    const overdue = new Set(rows.filter(row => row.overdue).map(keyOf));
    return over.map(({ project, what, isFar }) => ({
      project,
      what,
      ends: isFar || overdue.has(keyOf({ project, what }))
    }));
  };
