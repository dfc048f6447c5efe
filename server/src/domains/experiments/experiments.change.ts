import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { unknown } from './experiments.refusals.js';
import { createExperimentsStore } from './experiments.store.js';
import { experimentView, type ExperimentRow } from './experiments.views.js';

/** What the journal calls an experiment. */
export const assetOf = (id: string): string => `experiment:${id}`;

export const findExperiment = async (db: Db, project: string, id: string): Promise<ExperimentRow> => {
  const row = await createExperimentsStore(db).one(project, id);
  if (!row) throw unknown(project, id);
  return row;
};

export const pictureOf = async (db: Db, project: string, id: string): Promise<contract.Experiment> =>
  experimentView(await findExperiment(db, project, id));

/** Changes an experiment under its project's lock; those who follow the project are told. */
export const changeExperiment = async <T>(
  db: Db,
  { project, id }: { readonly project: string; readonly id: string },
  act: (trx: Db, row: ExperimentRow) => Promise<T>
): Promise<T> => {
  await findExperiment(db, project, id);
  return db.transaction(async trx => {
    const store = createExperimentsStore(trx);
    await store.lock(project);
    const result = await act(trx, await findExperiment(trx, project, id));
    await store.tell(project);
    return result;
  });
};
