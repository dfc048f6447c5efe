import type { projects as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { createLeasesStore } from './leases.store.js';
import type { Stock } from './quota.limits.js';
import { readSetLimits } from './quota.set.js';

export type Use = Omit<NonNullable<contract.ListedProject['use']>, 'changedAt'>;

export interface UseDeps {
  readonly db: Db;
  readonly stock: () => Promise<Stock>;
  /** What the datasets of some projects hold, in bytes. */
  readonly stored: (projects: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** What each of some projects holds now of what it may hold, in as many queries for many as for one. */
export const createUseOf =
  ({ db, stock, stored }: UseDeps) =>
  async (projects: readonly string[]): Promise<(project: string) => Use> => {
    const { defaults } = await stock();
    const [leases, set, bytes] = await Promise.all([
      createLeasesStore(db).active(),
      readSetLimits(db, defaults, projects),
      stored(projects)
    ]);
    return project => {
      const held = leases.filter(row => row.state === 'held' && row.project === project);
      const limits = set.project(project);
      return {
        cores: { used: held.reduce((sum, row) => sum + row.total_cores, 0), limit: limits.cores },
        memory: { used: held.reduce((sum, row) => sum + row.total_memory, 0), limit: limits.memory },
        bytes: { used: bytes.get(project) ?? 0, limit: limits.bytes }
      };
    };
  };
