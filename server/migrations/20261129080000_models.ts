import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Names of models, and the last version that was given: none is given twice.
    create table model_names (
      project text not null references projects (name),
      name text not null,
      last integer not null,
      primary key (project, name)
    );
    create table models (
      project text not null,
      name text not null,
      version integer not null,
      -- Registered; until then it is reserved for whoever writes its files.
      ready boolean not null default false,
      -- Since when its files are being written.
      draft_since timestamptz,
      description text not null default '',
      metrics jsonb not null default '{}',
      experiment text references experiments (id) on delete set null,
      trial integer,
      bytes bigint not null default 0,
      files bigint not null default 0,
      sha256 text,
      created_by text not null,
      created_at timestamptz not null default now(),
      primary key (project, name, version),
      foreign key (project, name) references model_names (project, name),
      check (ready or draft_since is not null)
    );
    create index models_experiment on models (experiment) where experiment is not null;
    create index models_draft on models (draft_since) where draft_since is not null;
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table models; drop table model_names');
