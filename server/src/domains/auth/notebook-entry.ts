import type { Author } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { labelOf } from '../../platform/label.js';
import type { Origins } from '../../platform/origins.js';
import { hashOf, newSecret } from './auth.tokens.js';
import type { NotebookCookies } from './notebook-cookie.js';
import { createNotebookEntryStore } from './notebook-entry.store.js';

/** How long a one-time code is good for, in seconds. */
const codeSeconds = 30;

/** A pass ends with the hub session, and after a week at the latest. */
const longestMs = 7 * 24 * 3600 * 1000;

export interface Entrant {
  readonly project: string;
  readonly user: string;
  /** The hub session that the pass lives and dies with. */
  readonly session: string;
}

export interface NotebookEntryDeps {
  readonly db: Db;
  readonly origins: Origins;
  readonly cookies: NotebookCookies;
}

/** Where to go on a notebook origin: a path of that origin, or the notebooks' folder. */
export const safeNext = (next: string | undefined, origin: string): string => {
  const home = '/lab/tree/Jupyter';
  if (next === undefined || !/^\/(?!\/)[!-[\]-~]*$/.test(next)) return home;
  if (!URL.canParse(next, origin)) return home;
  const url = new URL(next, origin);
  // Dots undone may leave two slashes in front: the address of another host.
  return url.origin === origin && !/^\/(\/|_hopslab)/.test(url.pathname)
    ? `${url.pathname}${url.search}${url.hash}`
    : home;
};

/** The way from the hub into a notebook origin: a one-time code, exchanged there for that origin's own cookie. */
export const createNotebookEntry = ({ db, origins, cookies }: NotebookEntryDeps) => {
  const store = createNotebookEntryStore(db);
  return {
    /** An address that signs the browser which opens it first, within 30 seconds, in on the notebook's origin. */
    async createEntry({ project, user, session }: Entrant, next?: string): Promise<string> {
      const { secret, hash } = newSecret();
      await store.insert(hash, { project, username: user, session }, codeSeconds);
      const url = new URL('/_hopslab/enter', origins.notebook(labelOf(project, user)));
      url.searchParams.set('code', secret);
      if (next !== undefined) url.searchParams.set('next', next);
      return url.href;
    },

    /** The pass for a code that was brought to the origin it was made for; undefined when it is not good (any more). */
    async redeem(
      code: string,
      label: string,
      from: Pick<Author, 'address' | 'requestId'>
    ): Promise<{ pass: string; seconds: number } | undefined> {
      const entry = await store.take(hashOf(code));
      if (!entry || labelOf(entry.project, entry.username) !== label) return undefined;
      const standing = await store.standing(entry);
      if (!standing) return undefined;
      const expiresAt = new Date(Math.min(standing.expires_at.getTime(), Date.now() + longestMs));
      const { project, username: user, session } = entry;
      await record(db, {
        actor: {
          ...from,
          user: { name: user },
          channel: 'notebook',
          member: { project, role: standing.role }
        },
        project,
        action: 'notebook.entered',
        asset: `notebook-server:${user}`
      });
      const pass = await cookies.seal({ project, user, session, epoch: standing.epoch, expiresAt });
      return { pass, seconds: Math.floor((expiresAt.getTime() - Date.now()) / 1000) };
    }
  };
};
export type NotebookEntry = ReturnType<typeof createNotebookEntry>;
