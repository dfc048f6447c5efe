import type { notebooks as contract, Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

export type RunState = 'starting' | 'ready' | 'stopping' | 'failed' | 'ended';
export const liveStates: readonly RunState[] = ['starting', 'ready', 'stopping'];

/** A notebook server with the lease it holds or held. */
export interface RunRow {
  readonly id: string;
  readonly project: string;
  readonly username: string;
  /** The role that its mounts were made for. */
  readonly role: Role;
  readonly lease: string;
  readonly state: RunState;
  readonly step: string;
  readonly fraction: number;
  readonly reason: string | null;
  readonly socket: string;
  readonly change: number;
  readonly started_at: Date;
  readonly executors: number;
  readonly cores: number;
  readonly memory: number;
  readonly gpus: number;
  readonly gpu_type: string | null;
  readonly total_memory: number;
  readonly gpu_indexes: readonly number[];
}

/** A live one and what its user is in the project now; null where they are none of it any more. */
export interface WatchedRow extends RunRow {
  readonly role_now: Role | null;
}

export interface NewRun extends Pick<
  RunRow,
  'id' | 'project' | 'username' | 'role' | 'lease' | 'step' | 'socket'
> {
  readonly fraction: number;
}

const columns = [
  'notebook_servers.*',
  ...['executors', 'cores', 'memory', 'gpus', 'gpu_type', 'total_memory', 'gpu_indexes'].map(
    name => `leases.${name}`
  )
];

export const resourcesOf = (row: RunRow): contract.Resources => ({
  executors: row.executors,
  cores: row.cores,
  memory: row.memory,
  gpus: row.gpus,
  ...(row.gpu_type === null ? {} : { gpuType: row.gpu_type })
});

export const createNotebooksStore = (db: Db) => {
  const runs = () => db('notebook_servers').join('leases', { 'leases.id': 'notebook_servers.lease' });

  return {
    /** The last run of a projectUser, live or over. */
    latest: (project: string, username: string): Promise<RunRow | undefined> =>
      runs()
        .where({ 'notebook_servers.project': project, 'notebook_servers.username': username })
        .orderBy('notebook_servers.change', 'desc')
        .first<RunRow | undefined>(columns),

    byId: (id: string): Promise<RunRow | undefined> =>
      runs().where('notebook_servers.id', id).first<RunRow | undefined>(columns),

    live: (): Promise<WatchedRow[]> =>
      runs()
        .leftJoin('members', {
          'members.project': 'notebook_servers.project',
          'members.username': 'notebook_servers.username'
        })
        .join('users', { 'users.name': 'notebook_servers.username' })
        .whereIn('notebook_servers.state', liveStates)
        .select<WatchedRow[]>(...columns)
        .select(db.raw('case when users.locked then null else members.role end as role_now')),

    /** Those of a projectUser that changed after a point, oldest first. */
    changedSince: (project: string, username: string, change: number): Promise<RunRow[]> =>
      runs()
        .where({ 'notebook_servers.project': project, 'notebook_servers.username': username })
        .andWhere('notebook_servers.change', '>', change)
        .orderBy('notebook_servers.change')
        .select<RunRow[]>(columns),

    async lastChange(): Promise<number> {
      const row = await db('notebook_servers').max<{ max: number | null }>('change as max').first();
      return row?.max ?? 0;
    },

    insert: async (run: NewRun): Promise<void> => {
      await db('notebook_servers').insert({ ...run, state: 'starting' });
    },

    /** Moves a run on, unless it has left the states it may be in; answers whether it did. */
    async move(
      id: string,
      from: readonly RunState[],
      to: Partial<Pick<RunRow, 'state' | 'step' | 'fraction' | 'reason'>>
    ): Promise<boolean> {
      const over = to.state === 'failed' || to.state === 'ended';
      const changed = await db('notebook_servers')
        .where({ id })
        .whereIn('state', from)
        .update({
          ...to,
          change: db.raw(`nextval('notebook_changes')`),
          ...(over ? { ended_at: db.fn.now() } : {})
        });
      return changed === 1;
    }
  };
};
export type NotebooksStore = ReturnType<typeof createNotebooksStore>;
