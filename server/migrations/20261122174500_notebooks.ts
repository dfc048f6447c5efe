import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    create sequence notebook_changes;

    -- What is held: per executor, and in all. A lease that was given back keeps its row.
    create table leases (
      id uuid primary key,
      project text not null references projects (name),
      username text not null references users (name),
      purpose text not null,
      executors integer not null,
      cores integer not null,
      memory bigint not null,
      gpus integer not null,
      gpu_type text,
      total_cores integer not null,
      total_memory bigint not null,
      gpu_indexes integer[] not null,
      since timestamptz not null default now(),
      released_at timestamptz
    );
    create index leases_held on leases (project, username) where released_at is null;

    -- Runs, observed until their end. The id is the sandbox's.
    create table notebook_servers (
      id uuid primary key,
      project text not null references projects (name),
      username text not null references users (name),
      role text not null check (role in ('data_owner', 'data_scientist')),
      lease uuid not null references leases (id),
      state text not null check (state in ('starting', 'ready', 'stopping', 'failed', 'ended')),
      step text not null,
      fraction real not null,
      reason text,
      socket text not null,
      change bigint not null default nextval('notebook_changes'),
      started_at timestamptz not null default now(),
      ended_at timestamptz
    );
    create unique index notebook_servers_live on notebook_servers (project, username)
      where state in ('starting', 'ready', 'stopping');
    create index notebook_servers_change on notebook_servers (project, username, change);
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw('drop table notebook_servers, leases; drop sequence notebook_changes;');
