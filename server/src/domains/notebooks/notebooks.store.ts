import type { notebooks as contract, Role } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { overdueQuery } from '../quota/index.js';

export type RunState = 'queued' | 'starting' | 'ready' | 'stopping' | 'failed' | 'ended';
export const liveStates: readonly RunState[] = ['queued', 'starting', 'ready', 'stopping'];

/** A notebook server with the lease it holds or held, and that of its executors while there is one. */
export interface RunRow {
  readonly id: string;
  readonly project: string;
  readonly username: string;
  /** The role that its mounts were made for. */
  readonly role: Role;
  readonly lease: string;
  readonly executor_lease: string | null;
  /** The ask for more than that has. */
  readonly more_lease: string | null;
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
  readonly position: number | null;
  readonly why: string | null;
  readonly compute: ComputeRow | null;
  /** Whether something was shared with its project, or otherwise than before, since it started. */
  readonly outdated: boolean;
}

/** The executors' lease of a run. */
export interface ComputeRow {
  readonly id: string;
  readonly state: 'queued' | 'held';
  readonly holder: string;
  readonly since: string;
  readonly renewed_at: string;
  readonly executors: number;
  readonly total_memory: number;
  readonly position: number | null;
  readonly why: string | null;
  readonly elastic: boolean;
  readonly keep: number | null;
  readonly keep_why: string | null;
  /** The ask for more. */
  readonly more: Pick<ComputeRow, 'id' | 'executors' | 'position' | 'why'> | null;
}

/** A live one and what its user is in the project now; null where they are none of it any more. */
export interface WatchedRow extends RunRow {
  readonly role_now: Role | null;
  /** What it uses of the quota was used up, and its grace is over. */
  readonly overdue: boolean;
  readonly project_state: 'active' | 'archived' | 'deleted';
}

export type NewRun = Pick<RunRow, 'id' | 'project' | 'username' | 'role' | 'lease' | 'socket'>;

type Leases = Pick<RunRow, 'lease' | 'executor_lease' | 'more_lease'>;

export type Move = Partial<Pick<RunRow, 'state' | 'step' | 'fraction' | 'reason'>> & {
  /** Its start is now. */
  readonly begins?: true;
};

const ofLease = [
  'executors',
  'cores',
  'memory',
  'gpus',
  'gpu_type',
  'total_memory',
  'gpu_indexes',
  'position',
  'why'
];
const columns = ['notebook_servers.*', ...ofLease.map(name => `leases.${name}`)];
const compute = `
  (select json_build_object(
      'id', held.id, 'state', held.state, 'holder', held.holder, 'since', coalesce(held.granted_at, held.asked_at),
      'renewed_at', held.renewed_at, 'executors', held.executors, 'total_memory', held.total_memory, 'position', held.position, 'why', held.why, 'elastic', held.elastic,
      'keep', held.keep, 'keep_why', held.keep_why, 'more', (
        select json_build_object(
          'id', more.id, 'executors', more.executors, 'position', more.position, 'why', more.why)
        from leases as more where more.id = notebook_servers.more_lease and more.state = 'queued'))
    from leases as held
    where held.id = notebook_servers.executor_lease and held.state <> 'released') as compute`;
const outdated = `
  exists (
    select from shares
    where shares.project = notebook_servers.project and shares.state = 'accepted'
      and shares.granted_at > notebook_servers.started_at
    union all select from public_uses
    where public_uses.project = notebook_servers.project
      and public_uses.added_at > notebook_servers.started_at) as outdated`;

export const resourcesOf = (row: RunRow): contract.Resources => ({
  executors: row.executors,
  cores: row.cores,
  memory: row.memory,
  gpus: row.gpus,
  ...(row.gpu_type === null ? {} : { gpuType: row.gpu_type })
});

export const createNotebooksStore = (db: Db) => {
  const runs = () =>
    db('notebook_servers')
      .join('leases', { 'leases.id': 'notebook_servers.lease' })
      .select<RunRow[]>(...columns)
      .select(db.raw(compute), db.raw(outdated));
  const first = async (found: Promise<RunRow[]>): Promise<RunRow | undefined> => (await found)[0];

  return {
    /** The last run of a projectUser, live or over. */
    latest: (project: string, username: string): Promise<RunRow | undefined> =>
      first(
        runs()
          .where({ 'notebook_servers.project': project, 'notebook_servers.username': username })
          .orderBy('notebook_servers.change', 'desc')
          .limit(1)
      ),

    byId: (id: string): Promise<RunRow | undefined> => first(runs().where('notebook_servers.id', id)),

    byLease: (id: string): Promise<RunRow | undefined> =>
      first(
        runs()
          .where({ 'notebook_servers.lease': id })
          .orWhere({ 'notebook_servers.executor_lease': id })
          .orWhere({ 'notebook_servers.more_lease': id })
      ),

    live: (): Promise<WatchedRow[]> =>
      runs()
        .leftJoin('members', {
          'members.project': 'notebook_servers.project',
          'members.username': 'notebook_servers.username'
        })
        .join('users', { 'users.name': 'notebook_servers.username' })
        .join('projects', { 'projects.name': 'notebook_servers.project' })
        .whereIn('notebook_servers.state', liveStates)
        .select<WatchedRow[]>(
          db.raw('case when users.locked then null else members.role end as role_now'),
          db.raw(`${overdueQuery} as overdue`),
          'projects.state as project_state'
        ),

    /** Whether one lives in a project. */
    livesIn: async (project: string): Promise<boolean> =>
      (await db('notebook_servers').where({ project }).whereIn('state', liveStates).first('id')) !==
      undefined,

    /** Those that have a sandbox in a project. */
    runningIn: (project: string): Promise<RunRow[]> =>
      runs()
        .where({ 'notebook_servers.project': project })
        .whereIn('notebook_servers.state', ['starting', 'ready', 'stopping'])
        .orderBy('notebook_servers.username'),

    /** Those that have a sandbox. */
    running: (): Promise<RunRow[]> =>
      runs().whereIn('notebook_servers.state', ['starting', 'ready', 'stopping']),

    /** Those of a projectUser that changed after a point, oldest first. */
    changedSince: (project: string, username: string, change: number): Promise<RunRow[]> =>
      runs()
        .where({ 'notebook_servers.project': project, 'notebook_servers.username': username })
        .andWhere('notebook_servers.change', '>', change)
        .orderBy('notebook_servers.change'),

    async lastChange(): Promise<number> {
      const row = await db('notebook_servers').max<{ max: number | null }>('change as max').first();
      return row?.max ?? 0;
    },

    /** A run begins in the queue, be it for a moment. */
    insert: async (run: NewRun): Promise<void> => {
      await db('notebook_servers').insert({ ...run, state: 'queued', step: '', fraction: 0 });
    },

    /** Moves a run on, unless it has left the states it may be in; answers its leases if it did. */
    async move(
      id: string,
      from: readonly RunState[],
      { begins, ...to }: Move
    ): Promise<string[] | undefined> {
      const over = to.state === 'failed' || to.state === 'ended';
      const [moved] = await db('notebook_servers')
        .where({ id })
        .whereIn('state', from)
        .update({
          ...to,
          change: db.raw(`nextval('notebook_changes')`),
          ...(begins ? { started_at: db.fn.now() } : {}),
          ...(over ? { ended_at: db.fn.now() } : {})
        })
        .returning<Leases[]>(['lease', 'executor_lease', 'more_lease']);
      return moved && Object.values(moved).flatMap(lease => lease ?? []);
    },

    /** Names the lease of its executors; answers whether the run was still there to have one. */
    async setExecutorLease(id: string, lease: string | null): Promise<boolean> {
      const changed = await db('notebook_servers')
        .where({ id })
        .whereIn('state', ['starting', 'ready'])
        .update({ executor_lease: lease, more_lease: null });
      return changed === 1;
    },

    /** Names the lease that followed the one of its executors, and the ask for more; also while it stops. */
    followLease: async (id: string, lease: string | null, more: string | null): Promise<void> => {
      await db('notebook_servers').where({ id }).update({ executor_lease: lease, more_lease: more });
    },

    /** Lets its readers see it anew. */
    touch: async (id: string): Promise<void> => {
      await db('notebook_servers')
        .where({ id })
        .update({ change: db.raw(`nextval('notebook_changes')`) });
    }
  };
};
export type NotebooksStore = ReturnType<typeof createNotebooksStore>;
