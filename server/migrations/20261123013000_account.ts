import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Somebody else set the password, so its person sets another one before anything else.
    alter table users add column must_change boolean not null default false;

    -- What signed in and from where; used_at is a program's use, which keeps no browser awake.
    alter table sessions
      add column agent text not null default '',
      add column address text,
      add column used_at timestamptz not null default now();

    create table access_tokens (
      id uuid primary key,
      hash bytea not null unique,
      username text not null references users (name),
      name text not null,
      scopes text[] not null,
      project text references projects (name),
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      last_address text
    );
    create index access_tokens_username on access_tokens (username);

    -- The secret is sealed; last_counter is the newest step (RFC 6238) of which a code was taken.
    create table second_factors (
      username text primary key references users (name),
      secret bytea not null,
      confirmed_at timestamptz,
      last_counter bigint not null default -1,
      created_at timestamptz not null default now()
    );
    create table recovery_codes (
      username text not null references second_factors (username) on delete cascade,
      hash bytea not null,
      primary key (username, hash)
    );
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    drop table recovery_codes, second_factors, access_tokens;
    alter table sessions drop column agent, drop column address, drop column used_at;
    alter table users drop column must_change;
  `);
