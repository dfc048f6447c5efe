import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- A trial's values on the way, one row per trial: a curve is read and drawn whole.
    create table trial_curves (
      experiment text not null references experiments (id),
      number int not null,
      attempt int not null,
      -- Of all points only those are kept whose index it divides.
      stride int not null,
      indexes int[] not null,
      steps double precision[] not null,
      points double precision[] not null,
      primary key (experiment, number)
    );

    -- Which of its drivers, one after the other, an experiment listens to, and the key that this one came with.
    alter table experiments add column epoch int not null default 1, add column driver text;
  `);

export const down = (db: Knex): Promise<unknown> =>
  db.raw('drop table trial_curves; alter table experiments drop column epoch, drop column driver');
