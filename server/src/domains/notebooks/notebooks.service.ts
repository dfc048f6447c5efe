import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { notebooks as contract } from '@hopslab/schema';
import { nameOf, type Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import type { Origins } from '../../platform/origins.js';
import { problem } from '../../platform/problem.js';
import type { Sandbox } from '../../ports/sandbox.js';
import type { Workplace } from '../../ports/workplace.js';
import { createLeasesStore, heldBy } from './leases.store.js';
import { grant } from './notebooks.grant.js';
import { sum } from './notebooks.ledger.js';
import { gpuTypesOf, limitsOf } from './notebooks.quota.js';
import { announce, type Runs } from './notebooks.runs.js';
import { createNotebooksStore, liveStates, resourcesOf, type RunRow } from './notebooks.store.js';
import { notebookView } from './notebooks.view.js';

export interface NotebooksServiceDeps {
  readonly db: Db;
  readonly runs: Runs;
  readonly sandbox: Sandbox;
  readonly workplace: Workplace;
  readonly origins: Origins;
  /** A one-time address that signs a browser in on the notebook origin. */
  readonly createEntry: (who: { project: string; user: string; session: string }) => Promise<string>;
}

const member = (actor: Actor) => {
  if (!actor.member) throw new Error('a notebook server is a member’s');
  return actor.member;
};

const lives = (row: RunRow | undefined): row is RunRow => row !== undefined && liveStates.includes(row.state);

/** Why the live one stands in the way of a request; undefined where it is just what is asked for. */
const refuseSecond = (row: RunRow, asked: contract.Resources) => {
  if (row.state === 'stopping')
    return problem('notebook.running', 'Your notebook server is still stopping; ask again in a moment.');
  if (isDeepStrictEqual(resourcesOf(row), asked)) return undefined;
  return problem(
    'notebook.running',
    'Your notebook server is running with other resources; stop it first, then start it with these.'
  );
};

export const createNotebooksService = (deps: NotebooksServiceDeps) => {
  const { db, runs, sandbox, workplace, origins } = deps;
  const store = createNotebooksStore(db);
  const view = (actor: Actor, row: RunRow | undefined) => notebookView(origins, actor.user.name, row);

  const absent = () => problem('notebook.absent', 'Your notebook server is not running; start it first.');

  return {
    get: async (actor: Actor, project: string): Promise<contract.NotebookServer> =>
      view(actor, await store.latest(project, actor.user.name)),

    /** Accepts a start: the lease and the run are rows from here on, and the watcher makes them true. */
    async start(
      actor: Actor,
      project: string,
      resources: contract.Resources
    ): Promise<contract.NotebookServer> {
      const user = actor.user.name;
      const gpus = await workplace.gpus();
      return db.transaction(async trx => {
        const inside = createNotebooksStore(trx);
        await createLeasesStore(trx).lock();
        const before = await inside.latest(project, user);
        if (lives(before)) {
          const refusal = refuseSecond(before, resources);
          if (refusal) throw refusal;
          return view(actor, before);
        }
        const lease = await grant(trx, { project, user, resources }, workplace.machine, gpus);
        const id = randomUUID();
        await inside.insert({
          id,
          project,
          username: user,
          role: member(actor).role,
          lease,
          step: 'Preparing the sandbox',
          fraction: 0.1,
          socket: `${sandbox.channelsOf(id).web}/jupyter.sock`
        });
        const asset = `notebook-server:${user}`;
        await record(trx, {
          actor: nameOf(actor),
          project,
          action: 'notebook.started',
          asset,
          data: { run: id, resources }
        });
        await announce(trx, project);
        return view(actor, await inside.byId(id));
      });
    },

    async stop(actor: Actor, project: string): Promise<contract.NotebookServer> {
      const row = await store.latest(project, actor.user.name);
      if (!lives(row)) throw absent();
      await runs.stop(row, null, nameOf(actor));
      return view(actor, await store.byId(row.id));
    },

    /** A one-time address for the browser that asks. */
    async enter(actor: Actor, project: string): Promise<{ url: string }> {
      const row = await store.latest(project, actor.user.name);
      if (!lives(row)) throw absent();
      if (row.state !== 'ready')
        throw problem('notebook.not-ready', `Your notebook server is ${row.state}; ask again in a moment.`);
      if (actor.session === null) throw new Error('a browser on the hub has a session');
      return { url: await deps.createEntry({ project, user: actor.user.name, session: actor.session }) };
    },

    async leases(project: string): Promise<{ items: contract.Lease[]; nextCursor: null }> {
      const rows = await createLeasesStore(db).held(project);
      const items = rows.map(row => ({
        id: row.id,
        user: row.username,
        for: row.purpose,
        executors: row.executors,
        cores: row.total_cores,
        memory: row.total_memory,
        gpus: row.gpu_indexes.length,
        since: row.since.toISOString()
      }));
      return { items, nextCursor: null };
    },

    async quota(actor: Actor, project: string): Promise<contract.Quota> {
      const [rows, { gpus, reason }] = await Promise.all([createLeasesStore(db).held(), workplace.gpus()]);
      const limits = limitsOf(workplace.machine, gpus.length);
      const used = (of: (row: (typeof rows)[number]) => boolean) =>
        sum(rows.filter(of).map(row => heldBy(row).amounts));
      const here = (row: (typeof rows)[number]) => row.project === project;
      return {
        project: { limit: limits.project, used: used(here) },
        user: { limit: limits.user, used: used(row => here(row) && row.username === actor.user.name) },
        machine: { limit: limits.machine, used: used(() => true) },
        gpuTypes: gpuTypesOf(
          gpus,
          rows.flatMap(row => row.gpu_indexes)
        ),
        noGpuReason: reason
      };
    }
  };
};
export type NotebooksService = ReturnType<typeof createNotebooksService>;
