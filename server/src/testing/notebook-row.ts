import { randomUUID } from 'node:crypto';
import type { Db } from '../platform/db.js';

/** Puts ada, a member of the project demo, into the database, with a session and a notebook server that is ready. */
export const readyNotebook = async (db: Db, socket: string) => {
  const [project, user, session] = ['demo', 'ada', randomUUID()];
  await db('users').insert({ name: user, display_name: 'Ada', password_hash: 'x' });
  await db('projects').insert({ name: project, description: '', created_by: user });
  await db('members').insert({ project, username: user, role: 'data_owner' });
  await db('sessions').insert({
    id: session,
    username: user,
    token_hash: Buffer.from('a'),
    expires_at: db.raw(`now() + interval '1 day'`)
  });
  const who = { project, username: user };
  const lease = { id: randomUUID(), purpose: 'notebook', executors: 0, cores: 1, memory: 1, gpus: 0 };
  await db('leases').insert({ ...who, ...lease, total_cores: 1, total_memory: 1, gpu_indexes: [] });
  const run = {
    id: randomUUID(),
    role: 'data_owner',
    lease: lease.id,
    state: 'ready',
    step: '',
    fraction: 1
  };
  await db('notebook_servers').insert({ ...who, ...run, socket });
  const row = await db('members').first<{ epoch: number }>('epoch');
  return { project, user, session, epoch: row.epoch };
};
