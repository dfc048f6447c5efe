import type { quota as contract } from '@hopslab/schema';
import type { LeaseRow } from './leases.store.js';

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
