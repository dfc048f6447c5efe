import type { Db } from '../../platform/db.js';

export interface ActivityRow {
  readonly position: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly asset: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What changes a dataset; who only reads or downloads is the audit’s to tell. */
const told = [
  'dataset.%',
  'share.%',
  'public.%',
  'folder.created',
  ...['uploaded', 'moved', 'deleted', 'restored', 'copied', 'zipped', 'unzipped'].map(act => `file.${act}`)
];

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

export const createActivityStore = (db: Db) => ({
  /** What the project’s own journal says of a dataset, by the name under which the project has it. */
  page: (
    project: string,
    dataset: string,
    before: number | undefined,
    limit: number
  ): Promise<ActivityRow[]> => {
    const rows = db('journal')
      .where({ project, outcome: 'done' })
      .whereNotNull('position')
      .where(which => {
        void which.where({ asset: `dataset:${dataset}` });
        void which.orWhereLike('asset', `file:${escaped(dataset)}/%`);
      })
      .whereRaw('action like any(?)', [told])
      .orderBy('position', 'desc')
      .limit(limit);
    if (before !== undefined) void rows.where('position', '<', before);
    return rows.select<ActivityRow[]>('position', 'at', 'actor', 'action', 'asset', 'data');
  }
});
