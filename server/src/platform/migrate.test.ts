import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/database.js';
import { dumpSchema } from '../testing/schema-dump.js';
import { migrate } from './migrate.js';

type Database = Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const committed = () => readFileSync(fileURLToPath(new URL('../../schema.sql', import.meta.url)), 'utf8');

describe('the migrations', () => {
  it('make what schema.sql says', async () => {
    expect(await dumpSchema(database.db), 'run: npm run schema -w server').toBe(committed());
  });

  it('change nothing when they run again, also at the same time', async () => {
    await Promise.all([migrate(database.db), migrate(database.db)]);
    expect(await dumpSchema(database.db)).toBe(committed());
  });
});
