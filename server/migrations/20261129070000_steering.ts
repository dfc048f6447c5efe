import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    alter table experiments
      drop constraint experiments_state_check,
      add constraint experiments_state_check check
        (state in ('running', 'paused', 'draining', 'stopping', 'complete', 'stopped', 'failed')),
      add column pruner text,
      add column seed bigint,
      add column seconds double precision,
      add column gpu_hours double precision,
      add column tags text[] not null default '{}',
      add column note text not null default '',
      -- How many points that were picked by hand are no trials yet.
      add column waiting int not null default 0;

    drop index experiments_open;
    create index experiments_open on experiments (id) where state in ('running', 'paused', 'draining', 'stopping');

    alter table trials
      add column picked boolean not null default false,
      add column stop_asked boolean not null default false;
    create index trials_to_stop on trials (experiment, number) where stop_asked and state in ('queued', 'running');

    -- Hyperparameters that somebody picked; a driver's report says which trial they have become.
    create table experiment_points (
      id text primary key,
      ordinal bigint generated always as identity,
      experiment text not null references experiments (id),
      params jsonb not null,
      asked_by text not null references users (name),
      asked_at timestamptz not null default now(),
      number int
    );
    create index experiment_points_waiting on experiment_points (experiment, ordinal) where number is null;
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    drop table experiment_points;
    drop index trials_to_stop;
    alter table trials drop column picked, drop column stop_asked;
    drop index experiments_open;
    update experiments set state = 'stopping' where state in ('paused', 'draining');
    alter table experiments
      drop constraint experiments_state_check,
      add constraint experiments_state_check check
        (state in ('running', 'stopping', 'complete', 'stopped', 'failed')),
      drop column pruner, drop column seed, drop column seconds, drop column gpu_hours,
      drop column tags, drop column note, drop column waiting;
    create index experiments_open on experiments (id) where state in ('running', 'stopping');
  `);
