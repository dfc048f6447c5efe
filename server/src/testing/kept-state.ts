import type { Db } from '../platform/db.js';

/** The chain of rows and what migrations keep their account in. */
const leftAlone = /^(journal|knex_.*)$/;

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
  // In the order of no foreign key: none is looked at meanwhile.
  const whole = `set local session_replication_role = replica; ${restore.join('; ')}`;
  return () =>
    db.transaction(async trx => {
      await trx.raw(whole);
    });
};
