import { datasets as contract, type Role } from '@hopslab/schema';
import type { Author } from '../../platform/actor.js';
import { isUniqueViolation, type Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import type { AssetRights } from '../../platform/verdict.js';
import { afterOf, pageOf } from '../../platform/page.js';
import { problem } from '../../platform/problem.js';
import type { FileStore } from '../../ports/file-store.js';
import { programsMayWrite, rightsOnDataset, rightsOnFile, type DescribedDataset } from './datasets.policy.js';
import { createSized } from './datasets.sizes.js';
import { createDatasetsStore, type DatasetRow } from './datasets.store.js';
import { createSeenShares, sharedFacts, sharedMount, sharedView } from './shares.seen.js';
import { rightsOnShared } from './shares.policy.js';

export interface DatasetsDeps {
  readonly db: Db;
  readonly files: FileStore;
}

/** A dataset as a sandbox of the project sees it. */
export interface DatasetMount {
  /** `owner::name` where it is another project's. */
  readonly dataset: string;
  /** The dataset's folder on this machine. */
  readonly path: string;
  readonly writable: boolean;
}

const view = (row: DatasetRow): DescribedDataset => ({
  name: row.name,
  description: row.description,
  builtIn: row.built_in,
  editable: row.editable,
  public: row.public,
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
  const shared = createSeenShares(db);
  const unknown = (project: string, name: string) =>
    problem('dataset.unknown', `There is no dataset ${name} in ${project}.`);

  const facts = async (project: string, name: string): Promise<DescribedDataset> => {
    const grant = await shared.one(project, name);
    if (grant) return sharedView(grant);
    const row = await store.one(project, name);
    if (!row) throw unknown(project, name);
    return view(row);
  };

  const sized = createSized(db);
  const get = async (project: string, name: string): Promise<contract.Dataset> => {
    const [one] = await sized(project, [await facts(project, name)]);
    if (!one) throw unknown(project, name);
    return one;
  };

  const rightsOnOne = async (project: string, name: string, own: (row: DescribedDataset) => AssetRights) => {
    const grant = await shared.one(project, name);
    return grant ? rightsOnShared(sharedFacts(grant)) : own(await facts(project, name));
  };

  return {
    get,
    /** The same without what it holds, which costs a look less. */
    facts,

    async list(project: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const after = String(afterOf(cursor) ?? '');
      const own = shared.isOne(after) ? [] : (await store.page(project, after, limit + 1)).map(view);
      const others = own.length > limit ? [] : await shared.after(project, after);
      const page = pageOf(
        [...own, ...others],
        limit,
        dataset => dataset.name,
        dataset => dataset
      );
      return { ...page, items: await sized(project, page.items) };
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
      const own = rows.map(row => ({
        dataset: row.name,
        ref: { project, dataset: row.name },
        writable: programsMayWrite(role, row)
      }));
      // Of old, a dataset may have the name of the folder where they would be.
      const grants = rows.some(({ name }) => name === 'shared') ? [] : await shared.of([project]);
      const others = grants.map(grant => ({
        ...sharedMount(grant, role),
        ref: { project: grant.owner, dataset: grant.dataset }
      }));
      return Promise.all(
        [...own, ...others].map(async ({ ref, ...mount }) => {
          await files.ensure(ref);
          return { ...mount, path: files.folderOf(ref) };
        })
      );
    },

    /** What sandboxes of some projects may have now of others, and of what can be taken from them of their own. */
    async sharedWith(projects: readonly string[]) {
      const [grants, own] = [await shared.of(projects), await store.changeable(projects)];
      return (project: string, role: Role): Omit<DatasetMount, 'path'>[] => [
        ...grants.filter(grant => grant.project === project).map(grant => sharedMount(grant, role)),
        ...own
          .filter(row => row.project === project)
          .map(row => ({ dataset: row.name, writable: programsMayWrite(role, row) }))
      ];
    },

    /** Who may do what with a dataset, or with a file in one, there already or not. */
    rightsOn: (project: string, name: string) => rightsOnOne(project, name, rightsOnDataset),
    rightsOnFile: (project: string, name: string) => {
      const [dataset = '', ...path] = name.split('/');
      return rightsOnOne(project, dataset, own => rightsOnFile(own, path.join('/')));
    },

    /** Makes the folders that are missing. */
    async reconcile(): Promise<void> {
      for (const { project, name } of await store.all()) await files.ensure({ project, dataset: name });
    }
  };
};
export type DatasetsService = ReturnType<typeof createDatasetsService>;
