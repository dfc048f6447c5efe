import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Order of changes within a project: taken under the project's lock, so that it is the order of commits.
    create sequence experiment_changes;

    create table experiments (
      id text primary key,
      ordinal bigint generated always as identity unique,
      project text not null references projects (name),
      name text not null,
      description text not null,
      state text not null default 'running' check (state in ('running', 'stopping', 'complete', 'stopped', 'failed')),
      reason text,
      metric text not null,
      direction text not null check (direction in ('maximize', 'minimize')),
      algorithm text not null,
      space jsonb not null,
      planned int not null,
      parallel int not null,
      code text not null,
      created_by text not null references users (name),
      -- The sandbox its driver runs in; null for a driver outside.
      sandbox text,
      heartbeat_at timestamptz not null default now(),
      started_at timestamptz not null default now(),
      ended_at timestamptz,
      -- Ended because the platform took the driver for dead; the driver's own word still replaces it.
      presumed boolean not null default false,
      seq bigint not null
    );
    create index experiments_newest on experiments (project, ordinal desc);
    create index experiments_changes on experiments (project, seq);
    create index experiments_open on experiments (id) where state in ('running', 'stopping');

    create table trials (
      experiment text not null references experiments (id),
      number int not null,
      attempt int not null,
      state text not null check (state in ('queued', 'running', 'complete', 'pruned', 'failed', 'stopped')),
      params jsonb not null,
      value double precision,
      metrics jsonb not null,
      reason text,
      traceback text,
      executor text,
      started_at timestamptz,
      ended_at timestamptz,
      presumed boolean not null default false,
      seq bigint not null,
      primary key (experiment, number)
    );
    create index trials_changes on trials (experiment, seq);
    create index trials_states on trials (experiment, state);
    create index trials_best on trials (experiment, value) where state = 'complete' and value is not null;
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw('drop table trials, experiments; drop sequence experiment_changes');
