import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    create sequence epochs;

    create table users (
      name text primary key,
      display_name text not null,
      password_hash text not null,
      admin boolean not null default false,
      locked boolean not null default false,
      epoch bigint not null default nextval('epochs'),
      created_at timestamptz not null default now()
    );

    create table sessions (
      id uuid primary key,
      token_hash bytea not null unique,
      username text not null references users (name),
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index sessions_username on sessions (username);

    create table refresh_tokens (
      token_hash bytea primary key,
      session uuid not null references sessions (id) on delete cascade,
      expires_at timestamptz not null,
      used boolean not null default false
    );

    -- A row stays when its project is deleted: a name is never given again.
    create table projects (
      name text primary key,
      description text not null,
      created_by text not null references users (name),
      created_at timestamptz not null default now()
    );

    create table members (
      project text not null references projects (name),
      username text not null references users (name),
      role text not null check (role in ('data_owner', 'data_scientist')),
      epoch bigint not null default nextval('epochs'),
      since timestamptz not null default now(),
      primary key (project, username)
    );
    create index members_username on members (username);

    create table journal (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      project text,
      action text not null,
      asset text not null,
      outcome text not null default 'done' check (outcome in ('done', 'refused')),
      data jsonb not null default '{}',
      position bigint unique
    );
    create index journal_unsequenced on journal (id) where position is null;
    create index journal_project on journal (project, position);

    create table idempotency_keys (
      username text not null,
      key text not null,
      request_hash bytea not null,
      body text,
      created_at timestamptz not null default now(),
      primary key (username, key)
    );
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(
    `drop table idempotency_keys, journal, members, projects, refresh_tokens, sessions, users; drop sequence epochs;`
  );
