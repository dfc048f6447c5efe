import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Applications outside that act for a member; they go with the membership.
    create table devices (
      project text not null,
      username text not null,
      name text not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      last_address text,
      primary key (project, username, name),
      foreign key (project, username) references members (project, username) on delete cascade
    );
    -- Every certificate that is good; one that has no row here is refused, whoever signed it.
    create table device_certificates (
      fingerprint bytea primary key,
      serial text not null unique,
      project text not null,
      username text not null,
      device text not null,
      epoch bigint not null,
      issued_at timestamptz not null default now(),
      expires_at timestamptz not null,
      foreign key (project, username, device) references devices (project, username, name) on delete cascade
    );
    create index device_certificates_device on device_certificates (project, username, device);
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw('drop table device_certificates; drop table devices');
