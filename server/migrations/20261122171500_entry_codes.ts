import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- One-time codes from the hub into a notebook origin; a row goes when its code is used.
    create table entry_codes (
      hash bytea primary key,
      project text not null,
      username text not null,
      session uuid not null references sessions (id) on delete cascade,
      expires_at timestamptz not null,
      foreign key (project, username) references members (project, username) on delete cascade
    );
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table entry_codes');
