import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- What an experiment's trials make of it, kept with every report: counting them anew grows with their number.
    alter table experiments add column counts jsonb not null default '{}', add column best jsonb;

    update experiments e set
      counts = coalesce((
        select jsonb_object_agg(state, n)
        from (select state, count(*)::int as n from trials where experiment = e.id group by state) as states), '{}'),
      best = (
        select jsonb_build_object('number', number, 'value', value, 'params', params) from trials
        where experiment = e.id and state = 'complete' and value is not null
        order by case e.direction when 'maximize' then -value else value end, number limit 1);

    drop index trials_states, trials_best;
    create index trials_open on trials (experiment) where state in ('queued', 'running');
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw(`
    alter table experiments drop column counts, drop column best;
    drop index trials_open;
    create index trials_states on trials (experiment, state);
    create index trials_best on trials (experiment, value) where state = 'complete' and value is not null;
  `);
