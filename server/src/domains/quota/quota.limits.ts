import type { quota as contract } from '@hopslab/schema';
import type { Gpu, Workplace } from '../../ports/workplace.js';
import type { Limits } from './quota.ledger.js';

const gibibyte = 2 ** 30;

/** Memory that sandboxes never get. */
const platformMemory = 3 * gibibyte;
/** How many times over a core is lent: most of the time, most of them wait. */
export const coresSharedBy = 4;
const smallestServer = gibibyte / 2;

/** The default quotas, and what the machine has for sandboxes. */
export const limitsOf = (machine: Workplace['machine'], gpus: number): Limits => {
  const memory = Math.max(0, machine.memory - platformMemory);
  return {
    project: { cores: 8, memory: 16 * gibibyte, gpus, servers: 10 },
    user: { cores: 8, memory: 8 * gibibyte, gpus, servers: 1 },
    machine: {
      cores: machine.cores * coresSharedBy,
      memory,
      gpus,
      servers: Math.floor(memory / smallestServer)
    }
  };
};

/** GPUs by type, with how many are free. */
export const gpuTypesOf = (gpus: readonly Gpu[], taken: readonly number[]): contract.Quota['gpuTypes'] =>
  [...new Set(gpus.map(gpu => gpu.type))].map(type => {
    const ofType = gpus.filter(gpu => gpu.type === type);
    return { type, count: ofType.length, free: ofType.filter(gpu => !taken.includes(gpu.index)).length };
  });
