import { publish, type Live } from '../../platform/live.js';
import { createTask } from '../../platform/task.js';
import type { Db } from '../../platform/db.js';
import { createLaunch, type LaunchDeps } from './notebooks.launch.js';
import { createRuns, runsChannel } from './notebooks.runs.js';
import { createNotebooksService, type NotebooksServiceDeps } from './notebooks.service.js';
import { createWatcher, type WatcherDeps } from './notebooks.watcher.js';

export { createNotebooksFeed } from './notebooks.feed.js';
export { notebooksRoutes } from './notebooks.routes.js';
export { runsChannel } from './notebooks.runs.js';
export { notebookServersQuery } from './notebooks.routing.js';
export type { NotebooksService } from './notebooks.service.js';

export type NotebooksDeps = Omit<NotebooksServiceDeps, 'runs'> &
  Omit<LaunchDeps, 'workplace'> &
  Pick<WatcherDeps, 'listen' | 'logger'> & { readonly live: Live; readonly lookEveryMs?: number };

/** Makes a change of a membership seen at once, not at the next look. */
export const followMembership = (db: Db) => (): Promise<void> => publish(db, runsChannel, {});

/** Notebook servers: the use cases, and the watcher that makes them true. */
export const createNotebooks = (deps: NotebooksDeps) => {
  const { db, live, logger, lookEveryMs = 500 } = deps;
  const runs = createRuns(db);
  let wake = (): void => undefined;
  const watcher = createWatcher({
    ...deps,
    runs,
    launch: createLaunch(deps),
    answers: socket => deps.workplace.answers(socket),
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
    start: () => task.start(),
    async close(): Promise<void> {
      task.stop();
      await watcher.close();
    }
  };
};
