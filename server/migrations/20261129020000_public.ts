import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Datasets that anybody in the organisation finds and adds to a project; of what is over the journal tells.
    create table public_datasets (
      owner text not null,
      dataset text not null,
      since timestamptz not null default now(),
      made_by text not null references users (name),
      primary key (owner, dataset),
      foreign key (owner, dataset) references datasets (project, name)
    );
    -- Projects that have added one; none has what is not public any more.
    create table public_uses (
      owner text not null,
      dataset text not null,
      project text not null references projects (name) check (project <> owner),
      added_by text not null references users (name),
      -- Notebook servers that started before have not got it.
      added_at timestamptz not null default clock_timestamp(),
      primary key (owner, dataset, project),
      foreign key (owner, dataset) references public_datasets (owner, dataset)
    );
    create index public_uses_project on public_uses (project);
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw('drop table public_uses; drop table public_datasets');
