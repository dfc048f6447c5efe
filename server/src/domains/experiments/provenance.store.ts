import type { provenance as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

/** What is kept with the experiment; its packages are kept once for all that have the same. */
export type Facts = Omit<
  contract.Provenance,
  'experiment' | 'epoch' | 'code' | 'createdBy' | 'environment' | 'toldAt' | 'python' | 'packages'
>;

export interface Lock {
  readonly hash: string;
  readonly python: string;
  readonly packages: contract.Provenance['packages'];
}

interface ProvenanceRow {
  readonly epoch: number;
  readonly facts: Facts;
  readonly told_at: Date;
  readonly environment: string;
  readonly python: string;
  readonly packages: contract.Provenance['packages'];
  readonly code: string;
}

/** Removes packages that no experiment has any more; whoever tells of them just now keeps them. */
const forget = async (db: Db, hash: string): Promise<void> => {
  const held = await db('environment_locks')
    .where({ hash })
    .forUpdate()
    .skipLocked()
    .select<{ hash: string }[]>('hash');
  if (held.length > 0)
    await db('environment_locks')
      .where({ hash })
      .whereNotExists(db('experiment_provenance').where({ environment: hash }))
      .delete();
};

export const createProvenanceStore = (db: Db) => ({
  async put(experiment: string, epoch: number, facts: Facts, lock: Lock): Promise<void> {
    const before = await db('experiment_provenance')
      .where({ experiment, epoch })
      .first<{ environment: string } | undefined>('environment');
    // The one that is there is held, so that nobody forgets it before this refers to it.
    await db('environment_locks')
      .insert({ ...lock, packages: JSON.stringify(lock.packages) })
      .onConflict('hash')
      .merge(['hash']);
    await db('experiment_provenance')
      .insert({ experiment, epoch, environment: lock.hash, facts: JSON.stringify(facts) })
      .onConflict(['experiment', 'epoch'])
      .merge(['environment', 'facts', 'told_at']);
    if (before && before.environment !== lock.hash) await forget(db, before.environment);
  },

  /** What its last driver told that told anything. */
  last: (experiment: string): Promise<ProvenanceRow | undefined> =>
    db('experiment_provenance as p')
      .join('environment_locks as l', 'l.hash', 'p.environment')
      .join('experiments as e', 'e.id', 'p.experiment')
      .where({ 'p.experiment': experiment })
      .orderBy('p.epoch', 'desc')
      .first<ProvenanceRow | undefined>(
        ...['p.epoch', 'p.facts', 'p.told_at', 'p.environment', 'l.python', 'l.packages', 'e.code']
      )
});
