import type { quota as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { merged, within, type Defaults } from './quota.defaults.js';
import { createQuotaStore } from './quota.store.js';

export interface Who {
  readonly project: string;
  readonly user: string;
}

/** A project's limits, and each user's in it. */
export interface SetLimits {
  project(project: string): contract.Limits;
  user(who: Who): contract.Limits;
}

/** The limits of some projects, as they were set. */
export const readSetLimits = async (
  db: Db,
  defaults: Defaults,
  projects: readonly string[]
): Promise<SetLimits> => {
  const rows = await createQuotaStore(db).of(projects);
  const set = new Map(rows.map(row => [`${row.project} ${row.username}`, row.limits]));
  const project = (name: string) => merged(defaults.project, set.get(`${name} `));
  return {
    project,
    user: who => within(merged(defaults.user, set.get(`${who.project} ${who.user}`)), project(who.project))
  };
};
