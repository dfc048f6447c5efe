import { datasets as contract, type Role } from '@hopslab/schema';
import type { Author } from '../../platform/actor.js';
import { isUniqueViolation, type Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import type { FileStore } from '../../ports/file-store.js';
import { programsMayWrite, rightsOnDataset, rightsOnFile } from './datasets.policy.js';
import { createDatasetsStore, type DatasetRow } from './datasets.store.js';

export interface DatasetsDeps {
  readonly db: Db;
  readonly files: FileStore;
}

/** A dataset as a sandbox of the project sees it. */
export interface DatasetMount {
  readonly dataset: string;
  /** The dataset's folder on this machine. */
  readonly path: string;
  readonly writable: boolean;
}

const view = (row: DatasetRow): contract.Dataset => ({
  name: row.name,
  description: row.description,
  builtIn: row.built_in,
  editable: row.editable,
  createdAt: row.created_at.toISOString()
});

const descriptions: Readonly<Record<(typeof contract.builtInDatasets)[number], string>> = {
  Jupyter: 'Notebooks',
  Notebooks: 'Notebooks of the shared interpreters',
  Resources: 'Programs and libraries',
  Logs: 'What programs printed',
  Experiments: 'Results of experiments',
  Models: 'Trained models'
};

/** Says that there may be folders to make. */
export const datasetsChannel = 'datasets';

export const createDatasetsService = ({ db, files }: DatasetsDeps) => {
  const store = createDatasetsStore(db);

  const get = async (project: string, name: string): Promise<contract.Dataset> => {
    const row = await store.one(project, name);
    if (!row) throw problem('dataset.unknown', `There is no dataset ${name} in ${project}.`);
    return view(row);
  };

  return {
    get,

    async list(project: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const rows = await store.page(project, String(afterOf(cursor) ?? ''), limit + 1);
      return pageOf(rows, limit, row => row.name, view);
    },

    async create(
      actor: Author,
      project: string,
      asked: { name: string; description: string; editable: boolean }
    ) {
      try {
        await db.transaction(async trx => {
          await createDatasetsStore(trx).insert([{ project, built_in: false, ...asked }]);
          const data = { editable: asked.editable };
          await record(trx, {
            actor,
            project,
            action: 'dataset.created',
            asset: `dataset:${asked.name}`,
            data
          });
          await publish(trx, datasetsChannel, {});
        });
      } catch (error) {
        if (isUniqueViolation(error))
          throw problem('dataset.name-taken', `There is a dataset ${asked.name} in ${project} already.`, {
            cause: error
          });
        throw error;
      }
      await files.ensure({ project, dataset: asked.name });
      return get(project, asked.name);
    },

    /** The datasets that every project has, made in the transaction that makes the project. */
    async createBuiltIns(trx: Db, project: string): Promise<void> {
      const rows = contract.builtInDatasets.map(name => ({
        project,
        name,
        description: descriptions[name],
        built_in: true,
        editable: false
      }));
      await createDatasetsStore(trx).insert(rows);
      await publish(trx, datasetsChannel, {});
    },

    /** What a sandbox of a member with this role has under `/project`. */
    async mountsFor(project: string, role: Role): Promise<DatasetMount[]> {
      const rows = await store.of(project);
      return Promise.all(
        rows.map(async row => {
          const ref = { project, dataset: row.name };
          await files.ensure(ref);
          return { dataset: row.name, path: files.folderOf(ref), writable: programsMayWrite(role, row) };
        })
      );
    },

    /** Who may do what with a dataset, or with a file in one, there already or not. */
    rightsOn: async (project: string, name: string) => rightsOnDataset(await get(project, name)),
    rightsOnFile: async (project: string, name: string) => {
      const [dataset = '', ...path] = name.split('/');
      return rightsOnFile(await get(project, dataset), path.join('/'));
    },

    /** Makes the folders that are missing. */
    async reconcile(): Promise<void> {
      for (const { project, name } of await store.all()) await files.ensure({ project, dataset: name });
    }
  };
};
export type DatasetsService = ReturnType<typeof createDatasetsService>;
