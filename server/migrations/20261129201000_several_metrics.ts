import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Metrics beside the first one, each with its direction, and how many trials no other dominates then.
    alter table experiments add column also jsonb not null default '[]', add column front int;
    alter table trials add column front boolean not null default false;
    create index trials_front on trials (experiment) where front;
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    drop index trials_front;
    alter table trials drop column front;
    alter table experiments drop column also, drop column front;
  `);
