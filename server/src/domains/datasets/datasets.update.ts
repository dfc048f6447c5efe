import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { problem } from '../../platform/problem.js';
import { createDatasetsStore, type DatasetRow } from './datasets.store.js';

type Change = Partial<Pick<DatasetRow, 'description' | 'editable'>>;
/** What somebody wants of it; what is not said stays. */
type Asked = { readonly [K in keyof Change]: Change[K] | undefined };

export interface UpdateDeps {
  readonly db: Db;
  /** Looks again at what runs in a project, in the transaction that changes what it may write. */
  readonly onGrants: (trx: Db, project: string) => Promise<void>;
}

const differing = (row: DatasetRow, { description, editable }: Asked): Change => ({
  ...(description !== undefined && description !== row.description && { description }),
  ...(editable !== undefined && editable !== row.editable && { editable })
});

/** Changes what a dataset says of itself; `unchanged` throws where it is not what the asker has read. */
export const createDatasetUpdate =
  ({ db, onGrants }: UpdateDeps) =>
  (
    actor: Author,
    { project, name }: Pick<DatasetRow, 'project' | 'name'>,
    asked: Asked,
    unchanged: (now: DatasetRow) => void
  ): Promise<void> =>
    db.transaction(async trx => {
      const store = createDatasetsStore(trx);
      const row = await store.hold(project, name);
      if (!row) throw problem('dataset.unknown', `There is no dataset ${name} in ${project}.`);
      unchanged(row);
      const to = differing(row, asked);
      if (to.editable !== undefined && row.built_in)
        throw problem(
          'dataset.built-in',
          `Who writes to ${name} is the same in every project; make a dataset of its own where it is to be otherwise.`
        );
      if (Object.keys(to).length === 0) return;
      await store.update(row, to);
      const data = to.editable === undefined ? {} : { editable: to.editable };
      await record(trx, { actor, project, action: 'dataset.updated', asset: `dataset:${name}`, data });
      if (to.editable !== undefined) await onGrants(trx, project);
    });
export type DatasetUpdate = ReturnType<typeof createDatasetUpdate>;
