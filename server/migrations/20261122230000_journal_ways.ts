import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Who came in how: the request's channel, the client's address and the request's number.
    alter table journal
      add project_user text,
      add channel text not null default 'unknown',
      add address text,
      add request_id text;
    alter table journal alter column channel drop default;
    update journal set channel = data->>'channel' where data->>'channel' is not null;
    update journal set project_user = actor, actor = split_part(actor, '__', 2) where actor like '%\\_\\_%';
    update journal set actor = '(platform)', channel = 'platform'
      where actor in ('hopslab', 'platform') and project_user is null;
    update journal set actor = '(command line)', channel = 'command line' where actor = 'installation';
    update journal set actor = '(anonymous)' where actor = 'anonymous';
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    update journal set actor = project_user where project_user is not null;
    alter table journal drop column project_user, drop column channel, drop column address, drop column request_id;
  `);
