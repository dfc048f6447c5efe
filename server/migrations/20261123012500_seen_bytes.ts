import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- What notebook servers sent to data scientists' browsers: each proxy process's own sum of a day (UTC).
    create table seen_bytes (
      project text not null references projects (name),
      day date not null,
      username text not null references users (name),
      source uuid not null,
      bytes bigint not null,
      primary key (project, day, username, source)
    );
  `);

export const down = (db: Knex): Promise<unknown> => db.raw(`drop table seen_bytes`);
