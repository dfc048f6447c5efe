import type { quota as contract } from '@hopslab/schema';
import type { Gpu } from '../../ports/workplace.js';
import { growthsOf, heldBy, type LeaseRow } from './leases.store.js';
import { sum, type Amounts } from './quota.ledger.js';
import type { UsedUp } from './usage.month.js';
import type { WarningRow } from './warnings.store.js';

const leaseView = (row: LeaseRow, growth: LeaseRow | undefined): contract.Lease => {
  const { position, why } = growth ?? row;
  return {
    id: row.id,
    user: row.username,
    for: row.purpose,
    state: row.state,
    executors: row.purpose === 'spark' ? row.executors : 0,
    ...(growth && { wanted: row.executors + growth.executors }),
    ...(row.keep === null ? {} : { keep: row.keep }),
    ...(row.keep_why === null ? {} : { keepReason: row.keep_why }),
    cores: row.total_cores,
    memory: row.total_memory,
    gpus: row.total_gpus,
    since: (row.granted_at ?? row.asked_at).toISOString(),
    ...(position === null ? {} : { queuePosition: position }),
    ...(why === null ? {} : { reason: why })
  };
};

/** Leases as the project's members see them: a lease and the ask for more of it are one. */
export const leasesView = (rows: readonly LeaseRow[]): contract.Lease[] => {
  const growths = growthsOf(rows);
  const asks = new Set([...growths.values()].map(({ id }) => id));
  return rows
    .filter(({ id }) => !asks.has(id))
    .toSorted((one, other) => one.asked_at.getTime() - other.asked_at.getTime())
    .map(row => leaseView(row, growths.get(row.id)));
};

/** What some leases come to. */
export const heldIn = (rows: readonly LeaseRow[]): Amounts => sum(rows.map(row => heldBy(row).amounts));

export const amountsView = ({
  cores,
  memory,
  gpus,
  servers
}: Amounts): contract.Quota['project']['limit'] => ({
  cores,
  memory,
  gpus,
  servers
});

/** GPUs by type: how many there are, and are free. */
export const freeGpus = (gpus: readonly Gpu[], held: readonly LeaseRow[]): contract.Machine['gpuTypes'] => {
  const taken = held.flatMap(row => row.gpu_indexes);
  return [...new Set(gpus.map(gpu => gpu.type))].map(type => {
    const ofType = gpus.filter(gpu => gpu.type === type);
    return {
      type,
      count: ofType.length,
      free: ofType.filter(gpu => !taken.includes(gpu.index)).length
    };
  });
};

/** The same, and of the project's part. */
export const gpuTypesView = (
  gpus: readonly Gpu[],
  held: readonly LeaseRow[],
  here: readonly LeaseRow[],
  limits: contract.Limits
): contract.Quota['gpuTypes'] =>
  freeGpus(gpus, held).map(({ type, count, free }) => ({
    type,
    count,
    free,
    limit: Math.min(limits.gpuTypes[type] ?? Infinity, limits.gpus ?? Infinity, count),
    used: here.reduce((total, row) => total + (row.gpu_types[type] ?? 0), 0)
  }));

/** A warning, in the words of what is used up; nothing where that is not so any more. */
export const warningView = (row: WarningRow, usedUp: readonly UsedUp[]): contract.Warning[] =>
  usedUp
    .filter(({ what, user }) => what === row.what && (user ?? '') === row.username)
    .map(({ what, user, words }) => ({
      what,
      user,
      since: row.since.toISOString(),
      endsAt: row.ends_at.toISOString(),
      words
    }));
