import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../platform/db.js';
import { testDatabase } from './database.js';
import { keepState } from './kept-state.js';

let db: Db;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ db, close } = await testDatabase());
  for (const table of ['one', 'two'])
    await db.raw(
      `create table ${table} (name text primary key, count int); insert into ${table} values ('a', 0), ('b', 0)`
    );
});
afterAll(() => close());

it('puts back while others write, in whatever order, and it is never they who are turned away', async () => {
  const putBack = await keepState(db);
  let writing = true;
  const write = async (): Promise<void> => {
    for (let time = 0; writing; time += 1)
      await db.transaction(async trx => {
        for (const table of time % 2 === 0 ? ['one', 'two'] : ['two', 'one'])
          await trx.raw(
            `insert into ${table} values ('a', 1), ('c', 1) on conflict (name) do update set count = 1`
          );
      });
  };
  const written = write();
  for (let time = 0; time < 50; time += 1) await putBack();
  writing = false;
  await written;

  await putBack();
  for (const table of ['one', 'two'])
    expect(await db(table).orderBy('name')).toEqual([
      { name: 'a', count: 0 },
      { name: 'b', count: 0 }
    ]);
});
