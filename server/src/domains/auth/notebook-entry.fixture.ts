import { randomUUID } from 'node:crypto';
import type { Db } from '../../platform/db.js';
import { createOrigins } from '../../platform/origins.js';
import { createNotebookCookies } from './notebook-cookie.js';
import { createNotebookEntry } from './notebook-entry.js';

export const origins = createOrigins('hopslab-test.localhost', 9400);
export const cookies = createNotebookCookies(Buffer.alloc(32, 1));

/** Ada and Bob, members of the project demo, each with a live session. */
export const people = async (db: Db) => {
  const session = { ada: randomUUID(), bob: randomUUID() };
  const names = ['ada', 'bob'] as const;
  await db('users').insert(names.map(name => ({ name, display_name: name, password_hash: 'x' })));
  await db('projects').insert({ name: 'demo', description: '', created_by: 'ada' });
  await db('members').insert(
    names.map(username => ({
      project: 'demo',
      username,
      role: username === 'ada' ? 'data_owner' : 'data_scientist'
    }))
  );
  await db('sessions').insert(
    names.map(username => ({
      id: session[username],
      username,
      token_hash: Buffer.from(username),
      expires_at: db.raw(`now() + interval '7 days'`)
    }))
  );
  return session;
};

export const entryOf = (db: Db) => createNotebookEntry({ db, origins, cookies });
