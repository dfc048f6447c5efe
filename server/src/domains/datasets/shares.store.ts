import type { shares } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export interface ShareRow {
  readonly id: string;
  readonly owner: string;
  readonly dataset: string;
  readonly project: string;
  readonly reaches: boolean;
  readonly permission: shares.Permission;
  readonly state: 'offered' | 'accepted' | 'rejected' | 'withdrawn';
  readonly message: string;
  readonly offered_by: string;
  readonly offered_at: Date;
  readonly answered_at: Date | null;
}

export type NewShare = Pick<
  ShareRow,
  'id' | 'owner' | 'dataset' | 'project' | 'reaches' | 'permission' | 'message' | 'offered_by'
>;

/** A dataset as the project has it that it is shared with. */
export interface GrantRow {
  readonly owner: string;
  readonly dataset: string;
  readonly project: string;
  readonly permission: shares.Permission;
  readonly description: string;
  readonly editable: boolean;
  readonly created_at: Date;
  /** Whether it is public; it may be shared besides. */
  readonly public: boolean;
}

type Change = Partial<Pick<ShareRow, 'state' | 'permission'>> & {
  readonly granted?: true;
  readonly answered?: true;
};

export const createSharesStore = (db: Db) => {
  const shares = () => db<ShareRow>('shares');
  /** What is shared with projects or was added by them; of both ways the one that gives more. */
  const grants = async (projects: readonly string[]): Promise<GrantRow[]> => {
    const { rows } = await db.raw<{ rows: GrantRow[] }>(
      `select distinct on (given.project, given.owner, given.dataset) given.*,
          datasets.description, datasets.editable, datasets.created_at, found.dataset is not null as public
        from (
          select owner, dataset, project, permission from shares where state = 'accepted'
          union all select owner, dataset, project, 'read_only' from public_uses
        ) as given
        join datasets on datasets.project = given.owner and datasets.name = given.dataset
        left join public_datasets as found on found.owner = given.owner and found.dataset = given.dataset
        where given.project = any(?)
        order by given.project, given.owner, given.dataset, given.permission = 'editable' desc`,
      [[...projects]]
    );
    return rows;
  };

  return {
    /** Holds projects, in the order of their names, until the transaction ends; answers the state of those that are. */
    async lock(names: readonly string[]): Promise<Map<string, string>> {
      const rows = await db('projects')
        .whereIn('name', names)
        .orderBy('name')
        .forNoKeyUpdate()
        .select<{ name: string; state: string }[]>('name', 'state');
      return new Map(rows.map(({ name, state }) => [name, state]));
    },

    hasDataset: async (project: string, name: string): Promise<boolean> =>
      (await db('datasets').where({ project, name }).first('name')) !== undefined,

    insert: async (share: NewShare): Promise<void> => {
      await db('shares').insert({ ...share, state: 'offered' });
    },

    /** What stands between two projects about a dataset: what was withdrawn does not. */
    standing: (owner: string, dataset: string, project: string): Promise<ShareRow | undefined> =>
      shares().where({ owner, dataset, project }).whereNot('state', 'withdrawn').first(),

    of: (owner: string, dataset: string): Promise<ShareRow[]> =>
      shares().where({ owner, dataset }).whereNot('state', 'withdrawn').orderBy('project'),

    given: (owner: string): Promise<ShareRow[]> =>
      shares().where({ owner }).whereNot('state', 'withdrawn').orderBy(['dataset', 'project']),

    /** How many offers of a project nobody has answered. */
    async unanswered(owner: string): Promise<number> {
      const row = await shares().where({ owner, state: 'offered' }).count<{ count: number }>('id').first();
      return row?.count ?? 0;
    },

    offersTo: (project: string): Promise<ShareRow[]> =>
      shares()
        .where({ project, reaches: true })
        .whereIn('state', ['offered', 'accepted'])
        .orderBy(['offered_at', 'id']),

    /** An offer as the project knows it that it was made to, whatever has become of it. */
    offer: (project: string, id: string): Promise<ShareRow | undefined> =>
      shares().where({ project, id, reaches: true }).first(),

    change: async (id: string, { granted, answered, ...to }: Change): Promise<void> => {
      await db('shares')
        .where({ id })
        .update({
          ...to,
          // Not when the transaction began: what started meanwhile has it not.
          ...(granted ? { granted_at: db.raw('clock_timestamp()') } : {}),
          ...(answered ? { answered_at: db.fn.now() } : {})
        });
    },

    /** What ends with a project: all that it shares, and what it has accepted. Held until the transaction ends. */
    endingWith: (project: string): Promise<ShareRow[]> =>
      shares()
        .where(ends => {
          void ends.where({ owner: project }).whereNot('state', 'withdrawn');
        })
        .orWhere({ project, state: 'accepted' })
        .orderBy('id')
        .forUpdate(),

    grantsTo: grants,

    grant: async (project: string, owner: string, dataset: string): Promise<GrantRow | undefined> =>
      (await grants([project])).find(row => row.owner === owner && row.dataset === dataset)
  };
};
export type SharesStore = ReturnType<typeof createSharesStore>;
