import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- What the trial took of its machine, as its worker measured it.
    alter table trials add column usage jsonb;
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('alter table trials drop column usage');
