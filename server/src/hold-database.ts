import type { Db } from './platform/db.js';

/** Tells whoever copies how far we are, and answers once they have copied what can be copied now. */
type Copied = (told: object) => Promise<void>;

/**
 * Keeps PostgreSQL's files fit to be copied while it runs: first all but its log, then, with the label that goes into
 * the copy, the log. What was committed before that label is in the copy. Give it a pool of one connection of its own.
 */
export const holdDatabase = (db: Db, copied: Copied): Promise<void> =>
  db.transaction(async trx => {
    // Keeps the log from being recycled before it is copied; both end with this connection.
    await trx.raw(
      `select pg_create_physical_replication_slot('hopslab_backup_' || pg_backend_pid(), true, true)`
    );
    await trx.raw(`select pg_backup_start('hopslab', true)`);
    await copied({ fit: 'files' });
    const { rows } = await trx.raw<{ rows: { labelfile: string }[] }>(
      'select labelfile from pg_backup_stop(false)'
    );
    await copied({ fit: 'log', label: rows[0]?.labelfile });
  });
