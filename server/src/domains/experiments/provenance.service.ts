import { createHash } from 'node:crypto';
import type { provenance as contract } from '@hopslab/schema';
import { personOf, type Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { problem } from '../../platform/problem.js';
import { demand } from '../../platform/verdict.js';
import { findExperiment } from './experiments.change.js';
import { canOnExperiment } from './experiments.policy.js';
import { ended, resumedElsewhere } from './experiments.refusals.js';
import { createExperimentsStore } from './experiments.store.js';
import { createProvenanceStore, type Facts } from './provenance.store.js';

interface Which {
  readonly project: string;
  readonly id: string;
}

type Told = Facts & Pick<contract.Provenance, 'epoch' | 'python' | 'packages'>;

/** The same for the same packages, in whichever order they were told. */
const hashOf = (python: string, packages: contract.Provenance['packages']): string =>
  createHash('sha256')
    .update(JSON.stringify([python, Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex');

/** What experiments are made of: told by their drivers, shown to the project's members. */
export const createProvenance = ({ db }: { readonly db: Db }) => ({
  /** Takes what the experiment's present driver tells; nothing is taken once it has really ended. */
  async tell(
    actor: Actor,
    { project, id }: Which,
    { epoch, python, packages, ...facts }: Told
  ): Promise<{ environment: string }> {
    const before = await findExperiment(db, project, id);
    demand(canOnExperiment(personOf(actor), 'experiment.report', before.created_by));
    const environment = hashOf(python, packages);
    await db.transaction(async trx => {
      await createExperimentsStore(trx).lock(project);
      const row = await findExperiment(trx, project, id);
      if (epoch !== row.epoch) throw resumedElsewhere(row);
      if (row.ended_at !== null && !row.presumed) throw ended(row);
      await createProvenanceStore(trx).put(id, epoch, facts, { hash: environment, python, packages });
    });
    return { environment };
  },

  async of({ project, id }: Which): Promise<contract.Provenance> {
    const { name, created_by: createdBy } = await findExperiment(db, project, id);
    const row = await createProvenanceStore(db).last(id);
    if (!row)
      throw problem(
        'provenance.none',
        `The driver of ${name} has not told what it is made of; its trials are kept all the same.`
      );
    const { epoch, facts, environment, python, packages, code } = row;
    return {
      ...{ ...facts, epoch, environment, python, packages, code, createdBy },
      experiment: id,
      toldAt: row.told_at.toISOString()
    };
  }
});
export type Provenance = ReturnType<typeof createProvenance>;
