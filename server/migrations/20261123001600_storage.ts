import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- What a dataset held when it was counted last, and what uploads and removals have added since.
    create table storage (
      project text not null,
      dataset text not null,
      bytes bigint not null default 0,
      files bigint not null default 0,
      added_bytes bigint not null default 0,
      added_files bigint not null default 0,
      counted_at timestamptz,
      primary key (project, dataset),
      foreign key (project, dataset) references datasets (project, name) on delete cascade
    );
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table storage');
