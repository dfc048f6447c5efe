import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- A lease is asked for, may have to wait its turn, is held, and is given back.
    alter table leases
      add turn bigint generated always as identity,
      add state text not null default 'held' check (state in ('queued', 'held', 'released')),
      add asked_at timestamptz not null default now(),
      add granted_at timestamptz,
      add renewed_at timestamptz,
      add holder text,
      add total_gpus integer not null default 0,
      -- While it waits: its place, and what it waits for, in words.
      add position integer,
      add why text;
    update leases set
      state = case when released_at is null then 'held' else 'released' end,
      asked_at = since, granted_at = since, total_gpus = cardinality(gpu_indexes);
    drop index leases_held;
    alter table leases drop column since;
    create index leases_active on leases (turn) where state <> 'released';

    alter table notebook_servers
      add executor_lease uuid references leases (id),
      drop constraint notebook_servers_state_check,
      add check (state in ('queued', 'starting', 'ready', 'stopping', 'failed', 'ended'));
    drop index notebook_servers_live;
    create unique index notebook_servers_live on notebook_servers (project, username)
      where state in ('queued', 'starting', 'ready', 'stopping');
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    delete from notebook_servers where state = 'queued';
    drop index notebook_servers_live;
    create unique index notebook_servers_live on notebook_servers (project, username)
      where state in ('starting', 'ready', 'stopping');
    alter table notebook_servers
      drop column executor_lease,
      drop constraint notebook_servers_state_check,
      add check (state in ('starting', 'ready', 'stopping', 'failed', 'ended'));
    delete from leases where state = 'queued';
    alter table leases add since timestamptz not null default now();
    update leases set since = coalesce(granted_at, asked_at);
    drop index leases_active;
    alter table leases drop column turn, drop column state, drop column asked_at, drop column granted_at,
      drop column renewed_at, drop column holder, drop column total_gpus, drop column position, drop column why;
    create index leases_held on leases (project, username) where released_at is null;
  `);
