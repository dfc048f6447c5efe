import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Limits that were set. Without a username the project's own, else one member's part of it.
    create table quotas (
      project text not null references projects (name),
      username text not null default '',
      limits jsonb not null,
      primary key (project, username)
    );

    create table quota_requests (
      id uuid primary key,
      project text not null references projects (name),
      asked jsonb not null,
      reason text not null,
      asked_by text not null references users (name),
      asked_at timestamptz not null default now(),
      state text not null default 'waiting' check (state in ('waiting', 'granted', 'declined')),
      words text,
      answered_by text references users (name),
      answered_at timestamptz
    );
    create index quota_requests_newest on quota_requests (project, asked_at desc);
    create index quota_requests_waiting on quota_requests (asked_at) where state = 'waiting';

    -- When a lease was granted, ended, and metered last: milliseconds on the machine's clock since that boot.
    alter table leases
      add gpu_types jsonb not null default '{}',
      add boot text,
      add granted_up bigint,
      add metered_up bigint,
      add released_up bigint;
    create index leases_unmetered on leases (id)
      where metered_up is not null and (released_up is null or metered_up < released_up);

    -- What was used: core-, MiB- and GPU-milliseconds (kinds cores, memory, gpu:TYPE) of a day (UTC).
    create table usage (
      project text not null references projects (name),
      day date not null,
      username text not null references users (name),
      kind text not null,
      amount bigint not null,
      primary key (project, day, username, kind)
    );
    create index usage_day on usage (day);

    -- Who has used up their month, and until when what runs may go on.
    create table quota_warnings (
      project text not null references projects (name),
      username text not null default '',
      what text not null check (what in ('core-hours', 'gpu-hours')),
      since timestamptz not null default now(),
      ends_at timestamptz not null,
      boot text not null,
      begun_up bigint not null,
      overdue boolean not null default false,
      primary key (project, username, what)
    );
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    drop table quota_warnings, usage, quota_requests, quotas;
    drop index leases_unmetered;
    alter table leases drop column gpu_types, drop column boot, drop column granted_up, drop column metered_up,
      drop column released_up;
  `);
