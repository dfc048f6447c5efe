import type { Db } from '../../platform/db.js';
import type { Feed, FeedEvent } from '../../platform/feed.js';
import { createExperimentsStore, experimentsChannel } from './experiments.store.js';
import { experimentView, trialView } from './experiments.views.js';

// Each may have a long traceback.
const atOnce = 50;

/**
 * Experiments of a project and the trials of the one that is looked at, in the order they changed. Each comes as it
 * is now, once, however often it changed since: the cursor is the number of the last change that was sent.
 */
export const createExperimentsFeed = (db: Db): Feed => {
  const store = createExperimentsStore(db);
  return {
    channels: ({ project }) => [experimentsChannel(project)],
    head: ({ project }) => store.head(project),

    async since({ project, experiment }, cursor) {
      // Everything up to the head is committed, so that the two queries miss nothing between them.
      const changed = { from: cursor, to: await store.head(project), limit: atOnce };
      const [experiments, trials] = await Promise.all([
        store.changed(project, changed),
        experiment === undefined ? [] : store.changedTrials(project, experiment, changed)
      ]);
      const events: FeedEvent[] = [
        ...experiments.map(row => ({ event: 'experiment', data: experimentView(row), cursor: row.seq })),
        ...trials.map(row => ({
          event: 'trial',
          data: { experiment: row.experiment, ...trialView(row) },
          cursor: row.seq
        }))
      ];
      const sent = events.sort((a, b) => a.cursor - b.cursor).slice(0, atOnce);
      return { cursor: sent.at(-1)?.cursor ?? cursor, events: sent };
    }
  };
};
