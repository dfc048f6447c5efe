import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Each row's hash follows from the row and the hash before it; the sequencer places older rows anew.
    alter table journal add hash bytea;
    update journal set position = null;

    -- Only placed rows are read, so that writing a row touches none of these.
    drop index journal_project;
    create index journal_project on journal (project, position) where position is not null;
    create index journal_newest on journal (at desc, position desc) where position is not null;
    create index journal_newest_project on journal (project, at desc, position desc) where position is not null;
    create index journal_newest_actor on journal (actor, at desc, position desc) where position is not null;
    create index journal_action on journal (action text_pattern_ops, at) where position is not null;
    create index journal_asset on journal (asset text_pattern_ops, at) where position is not null;
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    drop index journal_project, journal_newest, journal_newest_project, journal_newest_actor, journal_action,
      journal_asset;
    create index journal_project on journal (project, position);
    alter table journal drop column hash;
  `);
