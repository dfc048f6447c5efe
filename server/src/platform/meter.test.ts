import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createMeteringService } from '../domains/metering/index.js';
import { keepSeen } from '../domains/metering/metering.store.js';
import { testDatabase } from '../testing/database.js';
import { createMeter, type MemberTotal } from './meter.js';
import { logger } from '../proxy/proxy.fixture.js';

const bob = { project: 'demo', user: 'bob' };
const what = 'what browsers are sent';
const noon = Date.parse('2026-11-20T12:00:00Z');

let database: Awaited<ReturnType<typeof testDatabase>>;
let client: pg.Client;
beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const name of ['ada', 'bob'])
    await database.db('users').insert({ name, display_name: name, password_hash: 'x' });
  await database.db('projects').insert({ name: 'demo', description: '', created_by: 'ada' });
});
afterAll(async () => {
  await client.end();
  await database.close();
});
beforeEach(() => database.db('seen_bytes').delete());

const write = async (totals: readonly MemberTotal[]): Promise<void> => {
  await client.query(keepSeen, [JSON.stringify(totals)]);
};
const seen = async (from?: string, to = '2026-11-30') =>
  (await createMeteringService(database.db).seen('demo', { from, to })).items;

describe('the meter', () => {
  it('adds up what several processes have sent, by day', async () => {
    let now = noon;
    const [one, two] = [
      createMeter(write, logger, what, () => now),
      createMeter(write, logger, what, () => now)
    ];
    one.add(bob, 5);
    two.add(bob, 7);
    await Promise.all([one.flush(), two.flush()]);
    one.add(bob, 10);
    await one.flush();
    now += 86_400_000;
    one.add(bob, 100);
    await one.flush();
    expect(await seen()).toEqual([
      { user: 'bob', day: '2026-11-20', bytes: 22 },
      { user: 'bob', day: '2026-11-21', bytes: 100 }
    ]);
    expect(await seen('2026-11-21')).toHaveLength(1);
    expect(await seen(undefined, '2026-11-20')).toHaveLength(1);
    expect(await seen(undefined, '0001-01-03')).toEqual([]);
  });

  it('counts once what was written twice, and loses nothing while the database is away', async () => {
    let fails: 'before' | 'after' | undefined;
    const meter = createMeter(
      async totals => {
        if (fails === 'before') throw new Error('away');
        await write(totals);
        if (fails === 'after') throw new Error('the answer was lost');
      },
      logger,
      what,
      () => noon
    );
    for (const how of ['before', 'after', 'after', undefined] as const) {
      fails = how;
      meter.add(bob, 10);
      await meter.flush();
    }
    await meter.flush();
    expect(await seen()).toEqual([{ user: 'bob', day: '2026-11-20', bytes: 40 }]);
  });

  it('writes only what has grown, and forgets the days before', async () => {
    let now = noon;
    const written: number[] = [];
    const meter = createMeter(
      totals => {
        written.push(totals.length);
        return Promise.resolve();
      },
      logger,
      what,
      () => now
    );
    meter.add(bob, 1);
    await meter.flush();
    await meter.flush();
    now += 86_400_000;
    meter.add(bob, 1);
    meter.add({ ...bob, user: 'ada' }, 1);
    await meter.flush();
    expect(written).toEqual([1, 2]);
  });
});
