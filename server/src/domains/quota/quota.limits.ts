import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { Gpu, Workplace } from '../../ports/workplace.js';
import type { Defaults } from './quota.defaults.js';
import type { Amounts, Limits } from './quota.ledger.js';
import { readSetLimits, type Who } from './quota.set.js';
import { createUsageStore } from './usage.store.js';
import { usedUpBy } from './usage.month.js';

const gibibyte = 2 ** 30;

/** Memory that sandboxes never get. */
const platformMemory = 3 * gibibyte;
/** How many times over a core is lent: most of the time, most of them wait. */
export const coresSharedBy = 4;
const smallestServer = gibibyte / 2;

/** What there is to be lent now, and what is lent where nothing was set. */
export interface Stock {
  readonly machine: Workplace['machine'];
  readonly gpus: { readonly gpus: readonly Gpu[]; readonly reason: string | null };
  readonly defaults: Defaults;
}

/** What the machine has for sandboxes. */
export const machineLimit = ({ machine, gpus }: Pick<Stock, 'machine' | 'gpus'>): Amounts => {
  const memory = Math.max(0, machine.memory - platformMemory);
  return {
    cores: machine.cores * coresSharedBy,
    memory,
    gpus: gpus.gpus.length,
    servers: Math.floor(memory / smallestServer)
  };
};

/** What may be held at once; where there is no limit, all that the machine has. */
export const amountsOf = (limits: contract.Limits, machine: Amounts): Amounts => ({
  cores: limits.cores ?? machine.cores,
  memory: limits.memory ?? machine.memory,
  gpus: limits.gpus ?? machine.gpus,
  servers: limits.servers ?? machine.servers,
  gpuTypes: limits.gpuTypes
});

/** What limits each of those who ask, read in one transaction with the count of what is held. */
export const readLimits = async (
  db: Db,
  stock: Stock,
  projects: readonly string[]
): Promise<(who: Who) => Limits> => {
  const now = new Date();
  const set = await readSetLimits(db, stock.defaults, projects);
  const month = await createUsageStore(db).month(projects, now);
  const machine = machineLimit(stock);
  return who => ({
    project: amountsOf(set.project(who.project), machine),
    user: amountsOf(set.user(who), machine),
    machine,
    closed: usedUpBy(who, set, month, now).map(({ what, user, words }) => ({
      limit: user === null ? 'project' : 'user',
      gpusOnly: what === 'gpu-hours',
      words
    }))
  });
};
