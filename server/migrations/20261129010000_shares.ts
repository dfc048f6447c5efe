import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Datasets offered to other projects and used there; what is over stays, so that whoever comes late is told.
    create table shares (
      id uuid primary key,
      owner text not null,
      dataset text not null,
      -- No reference: whether there is such a project is not told, and nothing is made of it before it accepts.
      project text not null check (project <> owner),
      -- Whether there was one when it was offered; a later project of that name is not meant.
      reaches boolean not null,
      permission text not null check (permission in ('read_only', 'editable')),
      state text not null check (state in ('offered', 'accepted', 'rejected', 'withdrawn')),
      message text not null,
      offered_by text not null references users (name),
      offered_at timestamptz not null default now(),
      answered_at timestamptz,
      -- Since when it is accepted as it is: notebook servers that started before have not got it so.
      granted_at timestamptz,
      foreign key (owner, dataset) references datasets (project, name),
      check (state <> 'accepted' or (reaches and granted_at is not null))
    );
    create unique index shares_standing on shares (owner, dataset, project) where state <> 'withdrawn';
    create index shares_project on shares (project) where state <> 'withdrawn';
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table shares');
