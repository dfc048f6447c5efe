import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- What was deleted and can be brought back; the files lie under the row's id.
    create table trash (
      id uuid primary key,
      number bigint generated always as identity unique,
      project text not null,
      dataset text not null,
      path text not null,
      -- The project that it was deleted from by a share; null where it is the owner's own.
      through text,
      kind text not null check (kind in ('file', 'folder')),
      bytes bigint not null default 0,
      files bigint not null default 0,
      programs boolean not null default false,
      deleted_by text not null,
      deleted_at timestamptz not null default now(),
      -- Before files are moved the state says where to, so that whoever finds the row after a fall can end it.
      state text not null check (state in ('arriving', 'kept', 'restoring', 'going')),
      -- Where it is being brought back to, and who asked.
      restoring jsonb,
      foreign key (project, dataset) references datasets (project, name)
    );
    create index trash_project on trash (project, number desc);
    create index trash_through on trash (through, number desc) where through is not null;
    create index trash_moving on trash (state) where state <> 'kept';

    -- Long work on files.
    create table operations (
      id uuid primary key,
      project text not null references projects (name),
      kind text not null check (kind in ('copy', 'zip', 'unzip')),
      state text not null check (state in ('running', 'done', 'failed', 'stopped')),
      dataset text not null,
      path text not null,
      done_bytes bigint not null default 0,
      total_bytes bigint not null default 0,
      left_out bigint not null default 0,
      started_by text not null,
      started_at timestamptz not null default now(),
      ended_at timestamptz,
      reason text,
      check ((state = 'running') = (ended_at is null))
    );
    create index operations_running on operations (project) where state = 'running';
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table operations; drop table trash');
