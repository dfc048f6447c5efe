import type { Knex } from 'knex';

/** Refusals are few among many, and a page of them alone is asked for often. */
export const up = (db: Knex): Promise<void> =>
  db.raw(
    `create index journal_refused on journal (project, at desc, position desc) where position is not null and outcome = 'refused'`
  );

export const down = (db: Knex): Promise<void> => db.raw('drop index journal_refused');
