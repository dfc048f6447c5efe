import type { notebooks as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import type { Workplace } from '../../ports/workplace.js';
import { settle, type Ask } from './leases.queue.js';
import { createLeasesStore, heldBy, type LeaseRow } from './leases.store.js';
import { faultsOf, type Amounts } from './quota.ledger.js';
import { limitsOf } from './quota.limits.js';

type Gpus = Awaited<ReturnType<Workplace['gpus']>>;

/** What there is to be lent, as it is now. */
export interface Stock {
  readonly machine: Workplace['machine'];
  readonly gpus: Gpus;
}

export const stockOf = async (workplace: Pick<Workplace, 'machine' | 'gpus'>): Promise<Stock> => ({
  machine: workplace.machine,
  gpus: await workplace.gpus()
});

const fitting = (gpuType: string | null | undefined, { gpus }: Gpus): number[] =>
  gpus.filter(gpu => gpuType == null || gpu.type === gpuType).map(gpu => gpu.index);

const askOf = (row: LeaseRow, gpus: Gpus): Ask => ({
  id: row.id,
  ...heldBy(row),
  gpus: fitting(row.gpu_type, gpus)
});

const turnsAmong = (rows: readonly LeaseRow[], more: readonly Ask[], { machine, gpus }: Stock) => {
  const held = rows.filter(row => row.state === 'held');
  const queue = rows.filter(row => row.state === 'queued').map(row => askOf(row, gpus));
  return settle(
    [...queue, ...more],
    held.map(heldBy),
    held.flatMap(row => row.gpu_indexes),
    limitsOf(machine, gpus.gpus.length)
  );
};

export interface Wish {
  readonly project: string;
  readonly user: string;
  readonly resources: contract.Resources;
  readonly amounts: Amounts;
}

/** Refuses what could never be granted, however long one waits. */
export const refuseImpossible = ({ project, user, resources, amounts }: Wish, stock: Stock): void => {
  const { gpuType } = resources;
  const { gpus, reason } = stock.gpus;
  if (amounts.gpus > 0 && gpus.length === 0)
    throw problem('lease.no-gpu', `${reason ?? 'There is no GPU.'} Ask for 0 GPUs.`);
  const there = fitting(gpuType, stock.gpus).length;
  if (amounts.gpus > 0 && there === 0) {
    const types = [...new Set(gpus.map(gpu => gpu.type))].join(', ');
    throw problem('lease.no-gpu', `There is no GPU of type ${gpuType ?? ''}. There are: ${types}.`);
  }
  const limits = limitsOf(stock.machine, gpus.length);
  const faults = faultsOf({ project, user, amounts }, limits, []).map(fault => fault.words);
  if (amounts.gpus > there)
    faults.push(`You ask for ${String(amounts.gpus)} GPUs of that type; this machine has ${String(there)}.`);
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
  const last = turnsAmong(rows, [ask], stock).waiting.find(one => one.id === '');
  if (last)
    throw problem(
      'lease.over-quota',
      `${last.why} Ask for less, or ask to wait until some of it is given back.`
    );
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
  const { granted, waiting } = turnsAmong(rows, [], stock);
  for (const { id, gpuIndexes } of granted) await leases.grant(id, gpuIndexes);
  const before = new Map(rows.map(row => [row.id, row]));
  const moved = waiting.filter(({ id, position, why }) => {
    const row = before.get(id);
    return row?.position !== position || row.why !== why;
  });
  for (const { id, position, why } of moved) await leases.keepWaiting(id, position, why);
  return { granted: granted.map(({ id }) => id), moved: moved.map(({ id }) => id) };
};
