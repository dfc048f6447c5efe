import { randomUUID } from 'node:crypto';
import type { notebooks as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import type { Workplace } from '../../ports/workplace.js';
import { createLeasesStore, heldBy } from './leases.store.js';
import { faultsOf, freeGpus, totalOf } from './notebooks.ledger.js';
import { limitsOf } from './notebooks.quota.js';

type Gpus = Awaited<ReturnType<Workplace['gpus']>>;

/** Numbers of the GPUs that a request may be served from; throws where there are none such. */
const eligible = ({ gpus: wanted, gpuType }: contract.Resources, { gpus, reason }: Gpus): number[] => {
  if (wanted === 0) return [];
  if (gpus.length === 0) throw problem('lease.no-gpu', `${reason ?? 'There is no GPU.'} Ask for 0 GPUs.`);
  const fitting = gpus.filter(gpu => gpuType === undefined || gpu.type === gpuType);
  if (fitting.length === 0) {
    const types = [...new Set(gpus.map(gpu => gpu.type))].join(', ');
    throw problem('lease.no-gpu', `There is no GPU of type ${gpuType ?? ''}. There are: ${types}.`);
  }
  return fitting.map(gpu => gpu.index);
};

/**
 * Grants a lease in the given transaction or says why not. The lock makes counting and granting one step, so that
 * two requests never get the same memory.
 */
export const grant = async (
  trx: Db,
  { project, user, resources }: { project: string; user: string; resources: contract.Resources },
  machine: Workplace['machine'],
  gpus: Gpus
): Promise<string> => {
  const leases = createLeasesStore(trx);
  await leases.lock();
  const fitting = eligible(resources, gpus);
  const held = await leases.held();
  const total = totalOf(resources);
  const limits = limitsOf(machine, gpus.gpus.length);
  const faults = faultsOf({ project, user, amounts: total }, limits, held.map(heldBy));
  if (faults.length > 0)
    throw problem(
      'lease.over-quota',
      `${faults.join(' ')} Ask for less, or wait until some of it is given back.`
    );
  const taken = held.flatMap(lease => lease.gpu_indexes);
  const gpuIndexes = freeGpus(fitting, taken, total.gpus);
  if (gpuIndexes.length < total.gpus)
    throw problem(
      'lease.over-quota',
      `You ask for ${String(total.gpus)} GPUs of that type; ${String(gpuIndexes.length)} are free on this machine. Ask for less, or wait.`
    );
  const id = randomUUID();
  await leases.insert({ id, project, user, purpose: 'notebook', resources, total, gpuIndexes });
  return id;
};
