import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- A project whose data owners' programs reach the internet has a row; no row is no egress.
    create table egress_projects (
      project text primary key references projects (name),
      since timestamptz not null default now()
    );

    -- What they sent there and received: each egress process's own sum of a day (UTC).
    create table egress_bytes (
      project text not null references projects (name),
      day date not null,
      username text not null references users (name),
      way text not null check (way in ('sent', 'received')),
      source uuid not null,
      bytes bigint not null,
      primary key (project, day, username, way, source)
    );
  `);

export const down = (db: Knex): Promise<unknown> => db.raw(`drop table egress_bytes, egress_projects`);
