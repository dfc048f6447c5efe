import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- A deleted project stays, so that its name is never given again.
    alter table projects
      add state text not null default 'active' check (state in ('active', 'archived', 'deleted')),
      add services text[] not null default '{notebooks,experiments}',
      add trashed_at timestamptz;
    create index projects_untrashed on projects (name) where state = 'deleted' and trashed_at is null;
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`alter table projects drop column state, drop column services, drop column trashed_at`);
