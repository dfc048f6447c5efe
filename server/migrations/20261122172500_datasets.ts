import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    create table datasets (
      project text not null references projects (name),
      name text not null,
      description text not null,
      built_in boolean not null default false,
      -- Data scientists' programs may write here.
      editable boolean not null default false,
      created_at timestamptz not null default now(),
      primary key (project, name)
    );
    -- Projects made before there were datasets have the built-in ones too.
    insert into datasets (project, name, description, built_in)
    select projects.name, dataset, '', true
    from projects, unnest(array['Jupyter', 'Notebooks', 'Resources', 'Logs', 'Experiments', 'Models']) as dataset;
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table datasets');
