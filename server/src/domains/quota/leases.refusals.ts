import type { notebooks as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { fitting, turnsAmong, typeIn } from './leases.floor.js';
import type { SharingAsk } from './leases.share.js';
import { createLeasesStore } from './leases.store.js';
import { faultsOf, roomFor, type Amounts } from './quota.ledger.js';
import { readLimits, type Stock } from './quota.limits.js';

export interface Wish {
  readonly project: string;
  readonly user: string;
  readonly resources: contract.Resources;
  readonly amounts: Amounts;
}

const refuseWithoutGpus = ({ resources, amounts }: Wish, { gpus, reason }: Stock['gpus']): void => {
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
  const ask: SharingAsk = { id: '', project, user, amounts, gpus: fitting(resources.gpuType, stock.gpus) };
  const rows = await createLeasesStore(trx).active();
  const { waiting } = await turnsAmong(trx, rows, [ask], stock);
  const last = waiting.find(one => one.id === '');
  if (last)
    throw problem(
      'lease.over-quota',
      `${last.why} Ask for less, or ask to wait until some of it is given back.`
    );
};
