import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Dangerous acts that a notebook origin asked for; what was asked is sealed, as it may hold a password.
    create table pending_acts (
      id uuid primary key,
      project text not null,
      username text not null,
      operation text not null,
      summary text not null,
      request bytea,
      request_hash bytea not null,
      state text not null default 'waiting'
        check (state in ('waiting', 'confirmed', 'done', 'refused', 'declined', 'expired')),
      problem jsonb,
      asked_at timestamptz not null default now(),
      expires_at timestamptz not null,
      foreign key (project, username) references members (project, username) on delete cascade
    );
    create unique index pending_acts_waiting on pending_acts (project, username, request_hash)
      where state = 'waiting';
    create index pending_acts_expires on pending_acts (expires_at);
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table pending_acts');
