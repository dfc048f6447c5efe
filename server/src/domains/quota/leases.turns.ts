import type { Db } from '../../platform/db.js';
import { createLeaseChanges } from './leases.change.js';
import { turnsAmong, typeIn, type Gpus } from './leases.floor.js';
import type { Because } from './leases.keep.js';
import { createLeasesStore, growthsOf, type LeaseRow } from './leases.store.js';
import type { Stock } from './quota.limits.js';

const countTypes = (indexes: readonly number[], gpus: Gpus): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const type of indexes.map(typeIn(gpus))) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/** Why executors are wanted back, in words for who has them; who works in other projects is not theirs to know. */
const inWords = (because: Because, { project }: LeaseRow): string => {
  if (because.for === 'quota') return because.words;
  const who = because.project === project ? because.user : 'Somebody in another project';
  return because.for === 'ask' ? `${who} waits for some of it.` : `${who} has fewer and waits for more.`;
};

/** A lease that was granted, or has more than before. */
export interface Grant {
  /** What asked for it: what waited, or the lease that has grown. */
  readonly of: string;
  /** The lease that it is now. */
  readonly lease: string;
  /** What waits for the rest. */
  readonly rest: string | null;
  /** How many executors the lease has now; of a notebook server's own, none. */
  readonly executors: number;
  readonly isFirst: boolean;
}

/**
 * Grants every ask whose turn it is, in the given transaction and under the lock, which makes counting and granting
 * one step: two requests never get the same memory. Answers what was granted, and which leases wait otherwise or are
 * asked to keep another number of executors now.
 */
export const takeTurns = async (
  trx: Db,
  stock: Stock
): Promise<{ readonly granted: readonly Grant[]; readonly moved: readonly string[] }> => {
  const leases = createLeasesStore(trx);
  const changes = createLeaseChanges(trx);
  const rows = await leases.active();
  const byId = new Map(rows.map(row => [row.id, row]));
  const growths = growthsOf(rows);
  const { granted, waiting, grown, asked } = await turnsAmong(trx, rows, [], stock);
  const grants: Grant[] = [];

  /** A held lease is followed by one with more; the ask for them goes, or waits for the rest. */
  const enlarge = async (held: LeaseRow, ask: LeaseRow, by: number): Promise<void> => {
    const executors = held.executors + by;
    const lease = await changes.replace(held.id, executors);
    if (lease === undefined) return;
    const isWhole = by === ask.executors;
    await (isWhole ? leases.release(ask.id) : changes.askForFewer(ask.id, ask.executors - by));
    grants.push({ of: held.id, lease, rest: isWhole ? null : ask.id, executors, isFirst: false });
  };

  for (const { id, gpuIndexes } of granted) {
    const row = byId.get(id);
    const held = [...growths].find(([, ask]) => ask.id === id)?.[0];
    const before = held === undefined ? undefined : byId.get(held);
    const part = grown.get(id);
    if (!row) continue;
    if (before) await enlarge(before, row, row.executors);
    else if (part !== undefined && part < row.executors) {
      const lease = await changes.lendPart(id, part, row.executors);
      grants.push({ of: id, lease, rest: id, executors: part, isFirst: true });
    } else {
      await leases.grant(id, gpuIndexes, countTypes(gpuIndexes, stock.gpus));
      const executors = row.purpose === 'spark' ? row.executors : 0;
      grants.push({ of: id, lease: id, rest: null, executors, isFirst: true });
    }
  }
  for (const [id, ask] of growths) {
    const [held, by] = [byId.get(id), grown.get(id)];
    if (held?.elastic && by !== undefined) await enlarge(held, ask, by);
  }

  const idNow = new Map(grants.map(({ of, lease }) => [of, lease]));
  const moved: string[] = [];
  for (const { id, position, why } of waiting) {
    const row = growths.get(id) ?? byId.get(id);
    if (!row || (row.position === position && row.why === why)) continue;
    await leases.keepWaiting(row.id, position, why);
    moved.push(row.id);
  }
  const toKeep = new Map(asked.map(one => [one.id, one]));
  for (const row of rows.filter(({ state, purpose }) => state === 'held' && purpose === 'spark')) {
    const one = toKeep.get(row.id);
    const [keep, why] = [one?.keep ?? null, one ? inWords(one.because, row) : null];
    const id = idNow.get(row.id) ?? row.id;
    if (id === row.id ? row.keep === keep && row.keep_why === why : keep === null) continue;
    await changes.askToKeep(id, keep, why);
    moved.push(id);
  }
  return { granted: grants, moved };
};
