import type { Db } from '../../platform/db.js';

export interface PublicationRow {
  readonly owner: string;
  readonly dataset: string;
  readonly since: Date;
  readonly made_by: string;
}

export interface UseRow {
  readonly owner: string;
  readonly dataset: string;
  readonly project: string;
  readonly added_by: string;
  readonly added_at: Date;
  /** It is shared with the project too. */
  readonly shared: boolean;
}

export interface FoundRow extends PublicationRow {
  readonly description: string;
  readonly size: number;
  readonly files: number;
  readonly projects: number;
  readonly added_to: string[];
}

export interface Wanted {
  /** Part of the names or of the description. */
  readonly q: string;
  /** Where the page begins. */
  readonly after: { readonly dataset: string; readonly owner: string };
  readonly limit: number;
  /** Which of the projects that use it the asker knows of: theirs, or the one that they act in. */
  readonly user: string;
  readonly project: string | null;
}

type Key = Pick<PublicationRow, 'owner' | 'dataset'>;
type UseKey = Pick<UseRow, 'owner' | 'dataset' | 'project'>;

const order = ['owner', 'dataset', 'project'];
const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

export const createPublicStore = (db: Db) => {
  const uses = () =>
    db('public_uses')
      .select<UseRow[]>(
        'public_uses.*',
        db.raw(`exists (select from shares where shares.owner = public_uses.owner
          and shares.dataset = public_uses.dataset and shares.project = public_uses.project
          and shares.state = 'accepted') as shared`)
      )
      .orderBy(order);

  return {
    /** What is public, by name. */
    async find({ q, after, limit, user, project }: Wanted): Promise<FoundRow[]> {
      const { rows } = await db.raw<{ rows: FoundRow[] }>(
        `select found.*, datasets.description,
            greatest(0, coalesce(bytes + added_bytes, 0))::bigint as size,
            greatest(0, coalesce(storage.files + added_files, 0))::bigint as files,
            used.projects, used.added_to
          from public_datasets as found
          join datasets on datasets.project = found.owner and datasets.name = found.dataset
          left join storage on storage.project = found.owner and storage.dataset = found.dataset
          cross join lateral (
            select count(*)::int as projects,
              coalesce(array_agg(public_uses.project order by public_uses.project)
                filter (where members.project is not null), '{}') as added_to
            from public_uses left join members on members.project = public_uses.project
              and members.username = :user and (:project::text is null or members.project = :project)
            where public_uses.owner = found.owner and public_uses.dataset = found.dataset) as used
          where (found.owner || '::' || found.dataset ilike :part or datasets.description ilike :part)
            and (found.dataset, found.owner) > (:dataset, :owner)
          order by found.dataset, found.owner limit :limit`,
        { part: `%${escaped(q)}%`, user, project, ...after, limit }
      );
      return rows;
    },

    publications: (owner: string): Promise<PublicationRow[]> =>
      db<PublicationRow>('public_datasets').where({ owner }).orderBy('dataset'),

    publication: ({ owner, dataset }: Key): Promise<PublicationRow | undefined> =>
      db<PublicationRow>('public_datasets').where({ owner, dataset }).first(),

    publish: async (row: Omit<PublicationRow, 'since'>): Promise<void> => {
      await db('public_datasets').insert(row);
    },

    unpublish: async ({ owner, dataset }: Key): Promise<void> => {
      await db('public_datasets').where({ owner, dataset }).delete();
    },

    /** Who uses what a project has made public. */
    usesOf: (owner: string, dataset?: string): Promise<UseRow[]> =>
      uses().where({ owner, ...(dataset !== undefined && { dataset }) }),

    usesBy: (project: string): Promise<UseRow[]> => uses().where({ project }),

    /** What ends with a project: uses of what it has made public, and its own. Held until the transaction ends. */
    endingWith: (project: string): Promise<UseRow[]> =>
      uses().where({ owner: project }).orWhere({ project }).forUpdate(),

    /** True where it was not there. */
    async add(use: Pick<UseRow, 'owner' | 'dataset' | 'project' | 'added_by'>): Promise<boolean> {
      const added = await db('public_uses').insert(use).onConflict(order).ignore().returning('project');
      return added.length > 0;
    },

    /** True where it was there. */
    remove: async ({ owner, dataset, project }: UseKey): Promise<boolean> =>
      (await db('public_uses').where({ owner, dataset, project }).delete()) > 0
  };
};
