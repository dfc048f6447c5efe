import { publish, type Live } from '../../platform/live.js';
import { createTask } from '../../platform/task.js';
import type { Db } from '../../platform/db.js';
import { createCompute } from './notebooks.compute.js';
import { createLaunch, type LaunchDeps } from './notebooks.launch.js';
import { createMemory } from './notebooks.memory.js';
import { createRuns, runsChannel } from './notebooks.runs.js';
import { createShared } from './notebooks.shares.js';
import { createNotebooksService, type NotebooksServiceDeps } from './notebooks.service.js';
import { createWatcher, type WatcherDeps } from './notebooks.watcher.js';
import { createWriters } from './notebooks.writers.js';

export { createNotebooksFeed } from './notebooks.feed.js';
export { notebooksRoutes } from './notebooks.routes.js';
export { runsChannel } from './notebooks.runs.js';
export { followGrants } from './notebooks.shares.js';
export { notebookServersQuery } from './notebooks.routing.js';
export type { NotebooksService } from './notebooks.service.js';

export type NotebooksDeps = Omit<NotebooksServiceDeps, 'runs'> &
  Omit<LaunchDeps, 'workplace'> &
  Pick<WatcherDeps, 'listen' | 'logger' | 'sharedWith' | 'workplace'> & {
    readonly live: Live;
    readonly lookEveryMs?: number;
  };

/** Makes a change of a membership seen at once, not at the next look. */
export const followMembership = (db: Db) => (): Promise<void> => publish(db, runsChannel, {});

/** Notebook servers and their executors: the use cases, and the watcher that makes them true. */
export const createNotebooks = (deps: NotebooksDeps) => {
  const { db, live, logger, lookEveryMs = 500 } = deps;
  const runs = createRuns(db);
  const memory = createMemory(db, deps.sandbox);
  const compute = createCompute({ db, stock: deps.stock, memory });
  const shared = createShared(db, deps.sandbox);
  let wake = (): void => undefined;
  const watcher = createWatcher({
    ...deps,
    runs,
    compute,
    memory,
    shared,
    launch: createLaunch(deps),
    wake: () => {
      wake();
    }
  });
  const task = createTask({
    name: 'notebook servers',
    everyMs: lookEveryMs,
    logger,
    wake: again => {
      wake = again;
      return live.on(runsChannel, again);
    },
    run: () => watcher.look()
  });
  return {
    service: createNotebooksService({ ...deps, runs }),
    compute,
    writers: createWriters(db, deps.sandbox),
    holders: (...of: Parameters<typeof shared.holders>) => shared.holders(...of),
    start: () => task.start(),
    async close(): Promise<void> {
      task.stop();
      await watcher.close();
    }
  };
};
