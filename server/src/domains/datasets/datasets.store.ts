import type { Db } from '../../platform/db.js';

export interface DatasetRow {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly built_in: boolean;
  readonly editable: boolean;
  readonly created_at: Date;
  readonly public: boolean;
}

export type NewDataset = Omit<DatasetRow, 'created_at' | 'public'>;

const isPublic = `
  exists (
    select from public_datasets where owner = datasets.project and public_datasets.dataset = datasets.name
  ) as public`;

export const createDatasetsStore = (db: Db) => {
  const rows = () => db('datasets').select<DatasetRow[]>('datasets.*', db.raw(isPublic));
  return {
    insert: async (rows: readonly NewDataset[]): Promise<void> => {
      await db('datasets').insert(rows);
    },

    page: (project: string, after: string, limit: number): Promise<DatasetRow[]> =>
      rows().where({ project }).andWhere('name', '>', after).orderBy('name').limit(limit),

    of: (project: string): Promise<DatasetRow[]> => rows().where({ project }).orderBy('name'),

    one: async (project: string, name: string): Promise<DatasetRow | undefined> =>
      (await rows().where({ project, name }))[0],

    /** Those of which it can be changed who writes to them. */
    changeable: (projects: readonly string[]): Promise<Pick<DatasetRow, 'project' | 'name' | 'editable'>[]> =>
      db('datasets')
        .whereIn('project', projects)
        .where({ built_in: false })
        .select('project', 'name', 'editable'),

    /** Held until the transaction ends, so that of two who change it one sees what the other did. */
    hold: async (project: string, name: string): Promise<DatasetRow | undefined> =>
      (await rows().where({ project, name }).forNoKeyUpdate('datasets'))[0],

    update: async (
      { project, name }: Pick<DatasetRow, 'project' | 'name'>,
      to: Partial<Pick<DatasetRow, 'description' | 'editable'>>
    ): Promise<void> => {
      await db('datasets').where({ project, name }).update(to);
    },

    /** Those of projects that are not deleted. */
    all: (): Promise<Pick<DatasetRow, 'project' | 'name'>[]> =>
      db('datasets')
        .join('projects', { 'projects.name': 'datasets.project' })
        .whereNot('projects.state', 'deleted')
        .select<Pick<DatasetRow, 'project' | 'name'>[]>('datasets.project', 'datasets.name')
        .orderBy(['datasets.project', 'datasets.name'])
  };
};
