import { DatabaseError } from 'pg';
import type { Db } from '../platform/db.js';

/** The chain of rows and what migrations keep their account in. */
const leftAlone = /^(journal|knex_.*)$/;

/** Others hold a row, or wrote one meanwhile that is put back too. */
const inTheWay: ReadonlySet<unknown> = new Set(['55P03', '23505']);
const patience = 60_000;

/** Keeps every table as it is now; what is answered puts them all back. The journal goes on: nobody takes rows from it. */
export const keepState = async (db: Db): Promise<() => Promise<void>> => {
  const all = await db('pg_tables').where({ schemaname: 'public' }).pluck<string[]>('tablename');
  const tables = all.filter(name => !leftAlone.test(name));
  await db.raw('create schema kept');
  for (const table of tables) await db.raw('create table kept.?? as table public.??', [table, table]);
  const restore = tables.map(
    table =>
      `delete from public."${table}"; insert into public."${table}" overriding system value select * from kept."${table}"`
  );
  // In the order of no foreign key: none is looked at meanwhile. Who waits for each other is noticed after a second, so
  // that it is always we who give way.
  const whole = `set local session_replication_role = replica; set local lock_timeout = 200; ${restore.join('; ')}`;
  return async () => {
    const until = performance.now() + patience;
    for (;;)
      try {
        await db.transaction(async trx => {
          await trx.raw(whole);
        });
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError) || !inTheWay.has(error.code) || performance.now() > until)
          throw error;
      }
  };
};
