import type { Knex } from 'knex';

/** Until when a one-time password is good; those that were given before have as long from now on. */
export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    alter table users add column password_until timestamptz;
    update users set password_until = now() + interval '7 days' where must_change;
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('alter table users drop column password_until');
