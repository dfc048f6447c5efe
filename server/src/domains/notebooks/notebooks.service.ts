import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { notebooks as contract, type projects } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { labelOf } from '../../platform/label.js';
import type { Origins } from '../../platform/origins.js';
import { problem } from '../../platform/problem.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { createLeasesStore, refuseImpossible, refuseToWait, type Stock } from '../quota/index.js';
import { serverOf } from './notebooks.amounts.js';
import { createRuns, type Runs } from './notebooks.runs.js';
import { createNotebooksStore, liveStates, resourcesOf, type RunRow } from './notebooks.store.js';
import { takeTurns } from './notebooks.turns.js';
import { notebookView } from './notebooks.view.js';

export interface NotebooksServiceDeps {
  readonly db: Db;
  readonly runs: Runs;
  readonly sandbox: Sandbox;
  readonly stock: () => Promise<Stock>;
  readonly origins: Origins;
  /** A one-time address that signs a browser in on the notebook origin. */
  readonly createEntry: (
    who: { project: string; user: string; session: string },
    next?: string
  ) => Promise<string>;
}

const member = (actor: Actor) => {
  if (!actor.member) throw new Error('a notebook server is a member’s');
  return actor.member;
};

const lives = (row: RunRow | undefined): row is RunRow => row !== undefined && liveStates.includes(row.state);

/** A notebook server that would end with its user's membership. */
const holdsServer = (row: RunRow | undefined): projects.Holdings['notebookServer'] =>
  lives(row) && row.state !== 'ended' ? { state: row.state, startedAt: row.started_at.toISOString() } : null;

/** Why the live one stands in the way of a request; undefined where it is just what is asked for. */
const refuseSecond = (row: RunRow, asked: contract.Resources) => {
  if (row.state === 'stopping')
    return problem('notebook.running', 'Your notebook server is still stopping; ask again in a moment.');
  if (isDeepStrictEqual(resourcesOf(row), asked)) return undefined;
  return problem(
    'notebook.running',
    row.state === 'queued'
      ? 'Your notebook server waits for other resources; stop waiting first, then ask for these.'
      : 'Your notebook server is running with other resources; stop it first, then start it with these.'
  );
};

export const createNotebooksService = (deps: NotebooksServiceDeps) => {
  const { db, runs, sandbox, origins } = deps;
  const store = createNotebooksStore(db);
  const view = (actor: Actor, row: RunRow | undefined) => notebookView(origins, actor.user.name, row);

  const absent = () => problem('notebook.absent', 'Your notebook server is not running; start it first.');

  const demandReady = async (actor: Actor, project: string): Promise<void> => {
    const row = await store.latest(project, actor.user.name);
    if (!lives(row)) throw absent();
    if (row.state !== 'ready')
      throw problem('notebook.not-ready', `Your notebook server is ${row.state}; ask again in a moment.`);
  };

  const enterAt = (actor: Actor, project: string, next?: string): Promise<string> => {
    if (actor.session === null) throw new Error('a browser on the hub has a session');
    return deps.createEntry({ project, user: actor.user.name, session: actor.session }, next);
  };

  return {
    get: async (actor: Actor, project: string): Promise<contract.NotebookServer> =>
      view(actor, await store.latest(project, actor.user.name)),

    /**
     * Accepts a start: the lease and the run are rows from here on, and the watcher makes them true. With `wait` it
     * may have to queue for what the server itself needs; its kernels wait for the executors by themselves.
     */
    async start(
      actor: Actor,
      project: string,
      { wait = false, ...resources }: contract.Resources & { readonly wait?: boolean }
    ): Promise<contract.NotebookServer> {
      const user = actor.user.name;
      const stock = await deps.stock();
      return db.transaction(async trx => {
        const inside = createNotebooksStore(trx);
        const leases = createLeasesStore(trx);
        await leases.lock();
        const before = await inside.latest(project, user);
        if (lives(before)) {
          const refusal = refuseSecond(before, resources);
          if (refusal) throw refusal;
          return view(actor, before);
        }
        const wish = { project, user, resources, amounts: contract.totalOf(resources) };
        await refuseImpossible(trx, wish, stock);
        if (!wait) await refuseToWait(trx, wish, stock);
        const [id, lease] = [randomUUID(), randomUUID()];
        await leases.insert({
          id: lease,
          project,
          user,
          purpose: 'notebook',
          resources,
          total: serverOf(resources)
        });
        await inside.insert({
          id,
          project,
          username: user,
          role: member(actor).role,
          lease,
          socket: `${sandbox.channelsOf(id).web}/jupyter.sock`
        });
        await takeTurns(trx, stock, { run: id, actor });
        const run = await inside.byId(id);
        if (run?.state === 'queued') await createRuns(trx).tell(run, 'notebook.queued', actor);
        return view(actor, run);
      });
    },

    async stop(actor: Actor, project: string): Promise<contract.NotebookServer> {
      const row = await store.latest(project, actor.user.name);
      if (!lives(row)) throw absent();
      await runs.stop(row, null, actor);
      return view(actor, await store.byId(row.id));
    },

    /** A one-time address for the browser that asks. */
    async enter(actor: Actor, project: string): Promise<{ url: string }> {
      await demandReady(actor, project);
      return { url: await enterAt(actor, project) };
    },

    /** Where whoever asks reaches a path of their own notebook server; a browser on the hub signs in there on the way. */
    async addressOf(actor: Actor, project: string, path: string): Promise<string> {
      await demandReady(actor, project);
      if (actor.channel === 'hub') return enterAt(actor, project, path);
      return `${origins.notebook(labelOf(project, actor.user.name))}${path}`;
    },

    /** Somebody's notebook server in a project, where one would end with their membership. */
    held: async (project: string, user: string) => holdsServer(await store.latest(project, user)),

    /** Whether a notebook server lives in a project. */
    isBusy: (project: string) => store.livesIn(project)
  };
};
export type NotebooksService = ReturnType<typeof createNotebooksService>;
