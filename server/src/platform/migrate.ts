import { fileURLToPath } from 'node:url';
import type { Db } from './db.js';

/** Brings the database to the newest schema; safe to call from several processes (knex holds a lock). */
export const migrate = async (db: Db): Promise<void> => {
  await db.migrate.latest({
    directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
    loadExtensions: ['.ts']
  });
};
