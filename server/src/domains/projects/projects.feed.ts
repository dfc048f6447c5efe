import type { projects } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { Feed } from '../../platform/feed.js';

interface Row {
  readonly position: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly asset: string;
}

/** What changes what members see; downloads, entries and exports are the audit’s alone. */
const told = [
  'project.%',
  'member.%',
  'dataset.%',
  'file.uploaded',
  'file.upload-given-up',
  'file.moved',
  'file.deleted',
  'file.restored',
  'file.copied',
  'file.zipped',
  'file.unzipped',
  'trash.%',
  'folder.created',
  'experiment.%',
  'model.registered',
  'model.deleted',
  'notebook.%',
  'compute.%',
  'quota.%',
  'service.%',
  'share.%',
  'public.%',
  'egress.%abled'
];

/** Devices are told to whom they belong, and to data owners. */
const ofTheirDevices = `(
  action like 'device.%' and (
    starts_with(asset, ?)
    or exists (select from members where members.project = ? and username = ? and role = 'data_owner')
  )
)`;

const view = ({ at, ...row }: Row): projects.JournalEvent => ({ ...row, at: at.toISOString() });

/** The journal of a project, as far as its members may know it. */
export const createJournalFeed = (db: Db): Feed => ({
  channels: ({ project }) => [`project:${project}`],

  async head() {
    const row = await db('journal').max<{ max: number | null }>('position as max').first();
    return row?.max ?? 0;
  },

  async since({ project, user }, cursor) {
    const rows = await db('journal')
      .where('project', project)
      .andWhere('outcome', 'done')
      .where(which => {
        which
          .whereRaw('action like any(?)', [told])
          .orWhereRaw(ofTheirDevices, [`device:${user}__`, project, user]);
      })
      .whereNot('action', 'notebook.entered')
      .andWhere('position', '>', cursor)
      .orderBy('position')
      .limit(1000)
      .select<Row[]>('position', 'at', 'actor', 'action', 'asset');
    return {
      cursor: rows.at(-1)?.position ?? cursor,
      events: rows.map(row => ({ event: 'journal', data: view(row), cursor: row.position }))
    };
  }
});
