import type { quota as contract } from '@hopslab/schema';
import type { Gpu } from '../../ports/workplace.js';
import { heldBy, type LeaseRow } from './leases.store.js';
import { sum, type Amounts } from './quota.ledger.js';
import type { UsedUp } from './usage.month.js';
import type { WarningRow } from './warnings.store.js';

/** A lease as the project's members see it. */
export const leaseView = (row: LeaseRow): contract.Lease => ({
  id: row.id,
  user: row.username,
  for: row.purpose,
  state: row.state,
  executors: row.purpose === 'spark' ? row.executors : 0,
  cores: row.total_cores,
  memory: row.total_memory,
  gpus: row.total_gpus,
  since: (row.granted_at ?? row.asked_at).toISOString(),
  ...(row.position === null ? {} : { queuePosition: row.position }),
  ...(row.why === null ? {} : { reason: row.why })
});

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
