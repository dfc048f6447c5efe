import type { Db } from '../../platform/db.js';
import type { Feed } from '../../platform/feed.js';
import type { Origins } from '../../platform/origins.js';
import { createNotebooksStore } from './notebooks.store.js';
import { notebookView } from './notebooks.view.js';

/** The channel of `platform/live` that tells of a project's notebook servers. */
export const notebooksChannel = (project: string): string => `notebooks:${project}`;

/** Each change of one's own notebook server. */
export const createNotebooksFeed = (db: Db, origins: Origins): Feed => {
  const store = createNotebooksStore(db);
  return {
    channels: ({ project }) => [notebooksChannel(project)],
    head: () => store.lastChange(),
    async since({ project, user }, cursor) {
      const rows = await store.changedSince(project, user, cursor);
      return {
        cursor: rows.at(-1)?.change ?? cursor,
        events: rows.map(row => ({
          event: 'notebook-server',
          data: notebookView(origins, user, row),
          cursor: row.change
        }))
      };
    }
  };
};
