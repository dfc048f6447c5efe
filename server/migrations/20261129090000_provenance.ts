import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Lists of packages, each once, by the hash of what it says.
    create table environment_locks (
      hash text primary key,
      python text not null,
      packages jsonb not null
    );
    -- What an experiment is made of, as each of its drivers told it.
    create table experiment_provenance (
      experiment text not null references experiments (id) on delete cascade,
      epoch integer not null,
      environment text not null references environment_locks (hash),
      facts jsonb not null,
      told_at timestamptz not null default now(),
      primary key (experiment, epoch)
    );
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw('drop table experiment_provenance; drop table environment_locks');
