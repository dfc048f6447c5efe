import type { IncomingHttpHeaders } from 'node:http';
import type { Db } from '../../platform/db.js';
import { labelOf } from '../../platform/label.js';
import { problem } from '../../platform/problem.js';
import { passesIn, type NotebookCookies } from './notebook-cookie.js';
import { createNotebookEntryStore } from './notebook-entry.store.js';
import type { Entrant } from './notebook-entry.js';

/**
 * Who a request on a notebook origin is, by that origin's cookie: undefined when it brings none that is good there
 * and now. A pass for another notebook, planted or copied, is worth nothing: its label is not the one asked for.
 */
export const createNotebookClaims = (db: Db, cookies: NotebookCookies) => {
  const store = createNotebookEntryStore(db);
  return async (
    request: { readonly headers: IncomingHttpHeaders },
    label: string
  ): Promise<Entrant | undefined> => {
    const [value, second] = passesIn(request.headers.cookie);
    if (second !== undefined)
      throw problem('auth.two-credentials', 'The notebook cookie came twice; send one.');
    const pass = value === undefined ? undefined : await cookies.open(value);
    if (!pass || labelOf(pass.project, pass.user) !== label) return undefined;
    const { project, user, session } = pass;
    const standing = await store.standing({ project, username: user, session });
    if (standing?.epoch !== pass.epoch) return undefined;
    await store.touch(session);
    return { project, user, session };
  };
};
