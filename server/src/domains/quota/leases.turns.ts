import type { notebooks as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { settle, type Ask, type Rules } from './leases.queue.js';
import { createLeasesStore, heldBy, type LeaseRow } from './leases.store.js';
import { faultsOf, roomFor, type Amounts } from './quota.ledger.js';
import { readLimits, type Stock } from './quota.limits.js';

type Gpus = Stock['gpus'];

const fitting = (gpuType: string | null | undefined, { gpus }: Gpus): number[] =>
  gpus.filter(gpu => gpuType == null || gpu.type === gpuType).map(gpu => gpu.index);

const typeIn =
  ({ gpus }: Gpus) =>
  (index: number): string =>
    gpus.find(gpu => gpu.index === index)?.type ?? '';

const askOf = (row: LeaseRow, gpus: Gpus): Ask => ({
  id: row.id,
  ...heldBy(row),
  gpus: fitting(row.gpu_type, gpus)
});

const turnsAmong = async (db: Db, rows: readonly LeaseRow[], more: readonly Ask[], stock: Stock) => {
  const held = rows.filter(row => row.state === 'held');
  const queue = rows.filter(row => row.state === 'queued').map(row => askOf(row, stock.gpus));
  const asks = [...queue, ...more];
  const rules: Rules = {
    limitsOf: await readLimits(db, stock, [...new Set(asks.map(ask => ask.project))]),
    typeOf: typeIn(stock.gpus)
  };
  const taken = held.flatMap(row => row.gpu_indexes);
  return settle(asks, held.map(heldBy), taken, rules);
};

export interface Wish {
  readonly project: string;
  readonly user: string;
  readonly resources: contract.Resources;
  readonly amounts: Amounts;
}

const refuseWithoutGpus = ({ resources, amounts }: Wish, { gpus, reason }: Gpus): void => {
  if (amounts.gpus === 0) return;
  if (gpus.length === 0) throw problem('lease.no-gpu', `${reason ?? 'There is no GPU.'} Ask for 0 GPUs.`);
  if (fitting(resources.gpuType, { gpus, reason }).length > 0) return;
  const types = [...new Set(gpus.map(gpu => gpu.type))].join(', ');
  throw problem('lease.no-gpu', `There is no GPU of type ${resources.gpuType ?? ''}. There are: ${types}.`);
};

/** Refuses what is used up for this month, and what could never be granted, however long one waits. */
export const refuseImpossible = async (db: Db, wish: Wish, stock: Stock): Promise<void> => {
  const { project, user, resources, amounts } = wish;
  refuseWithoutGpus(wish, stock.gpus);
  const { closed = [], ...limits } = (await readLimits(db, stock, [project]))({ project, user });
  const usedUp = closed.filter(({ gpusOnly }) => !gpusOnly || amounts.gpus > 0);
  if (usedUp.length > 0) throw problem('quota.used-up', usedUp.map(({ words }) => words).join(' '));

  const faults = faultsOf({ project, user, amounts }, limits, []).map(fault => fault.words);
  const there = fitting(resources.gpuType, stock.gpus);
  if (amounts.gpus > there.length)
    faults.push(
      `You ask for ${String(amounts.gpus)} GPUs of that type; this machine has ${String(there.length)}.`
    );
  const types = [...new Set(there.map(typeIn(stock.gpus)))];
  const room = types.reduce((sum, type) => {
    const ofType = there.filter(index => typeIn(stock.gpus)(index) === type).length;
    return sum + Math.min(ofType, roomFor({ project, user }, limits, [], type));
  }, 0);
  if (faults.length === 0 && amounts.gpus > room)
    faults.push(
      `You ask for ${String(amounts.gpus)} GPUs; the quota leaves ${String(room)} of ${types.join(', ')}.`
    );
  if (faults.length > 0)
    throw problem('lease.over-quota', `${faults.join(' ')} Ask for less: it is never to be had.`);
};

/** Refuses what would have to wait. Under the lock. */
export const refuseToWait = async (
  trx: Db,
  { project, user, resources, amounts }: Wish,
  stock: Stock
): Promise<void> => {
  const ask: Ask = { id: '', project, user, amounts, gpus: fitting(resources.gpuType, stock.gpus) };
  const rows = await createLeasesStore(trx).active();
  const { waiting } = await turnsAmong(trx, rows, [ask], stock);
  const last = waiting.find(one => one.id === '');
  if (last)
    throw problem(
      'lease.over-quota',
      `${last.why} Ask for less, or ask to wait until some of it is given back.`
    );
};

const countTypes = (indexes: readonly number[], gpus: Gpus): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const type of indexes.map(typeIn(gpus))) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/**
 * Grants every ask whose turn it is, in the given transaction and under the lock, which makes counting and granting
 * one step: two requests never get the same memory. Answers which leases were granted, and which wait otherwise now.
 */
export const takeTurns = async (
  trx: Db,
  stock: Stock
): Promise<{ readonly granted: readonly string[]; readonly moved: readonly string[] }> => {
  const leases = createLeasesStore(trx);
  const rows = await leases.active();
  const { granted, waiting } = await turnsAmong(trx, rows, [], stock);
  for (const { id, gpuIndexes } of granted)
    await leases.grant(id, gpuIndexes, countTypes(gpuIndexes, stock.gpus));
  const before = new Map(rows.map(row => [row.id, row]));
  const moved = waiting.filter(({ id, position, why }) => {
    const row = before.get(id);
    return row?.position !== position || row.why !== why;
  });
  for (const { id, position, why } of moved) await leases.keepWaiting(id, position, why);
  return { granted: granted.map(({ id }) => id), moved: moved.map(({ id }) => id) };
};
