import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    alter table leases
      -- It takes what there is, and may be asked to give some back.
      add column elastic boolean not null default false,
      -- How many executors it is asked to keep, and why.
      add column keep integer,
      add column keep_why text,
      -- The lease whose place it took with another number of executors, or the ask that it is a part of.
      add column follows uuid references leases (id);
    -- The ask for more executors than its lease has.
    alter table notebook_servers add column more_lease uuid references leases (id);
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    update leases set state = 'released', released_at = now()
      where state = 'queued' and id in (select more_lease from notebook_servers);
    alter table notebook_servers drop column more_lease;
    alter table leases drop column elastic, drop column keep, drop column keep_why, drop column follows;
  `);
