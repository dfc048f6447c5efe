import type { Db } from '../../platform/db.js';

export interface DatasetRow {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly built_in: boolean;
  readonly editable: boolean;
  readonly created_at: Date;
}

export type NewDataset = Omit<DatasetRow, 'created_at'>;

export const createDatasetsStore = (db: Db) => ({
  insert: async (rows: readonly NewDataset[]): Promise<void> => {
    await db('datasets').insert(rows);
  },

  page: (project: string, after: string, limit: number): Promise<DatasetRow[]> =>
    db<DatasetRow>('datasets').where({ project }).andWhere('name', '>', after).orderBy('name').limit(limit),

  of: (project: string): Promise<DatasetRow[]> =>
    db<DatasetRow>('datasets').where({ project }).orderBy('name'),

  one: (project: string, name: string): Promise<DatasetRow | undefined> =>
    db<DatasetRow>('datasets').where({ project, name }).first(),

  /** Those of projects that are not deleted. */
  all: (): Promise<Pick<DatasetRow, 'project' | 'name'>[]> =>
    db('datasets')
      .join('projects', { 'projects.name': 'datasets.project' })
      .whereNot('projects.state', 'deleted')
      .select<Pick<DatasetRow, 'project' | 'name'>[]>('datasets.project', 'datasets.name')
      .orderBy(['datasets.project', 'datasets.name'])
});
