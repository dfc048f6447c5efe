import type { Knex } from 'knex';

const allow = (whats: string) => `
  alter table quota_warnings drop constraint quota_warnings_what_check;
  alter table quota_warnings add constraint quota_warnings_what_check check (what in (${whats}));
`;

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- How long the last count took: what is large is counted less often, and beside the others.
    alter table storage add column took_ms integer not null default 0;
    -- Also of what is stored, not only of hours.
    ${allow(`'core-hours', 'gpu-hours', 'bytes', 'files'`)}
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    delete from quota_warnings where what in ('bytes', 'files');
    ${allow(`'core-hours', 'gpu-hours'`)}
    alter table storage drop column took_ms;
  `);
