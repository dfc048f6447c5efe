import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../testing/database.js';
import type { Uptime } from '../../platform/uptime.js';
import { createLeaseChanges } from './leases.change.js';
import { createLeasesStore } from './leases.store.js';
import { meter } from './usage.meter.js';
import { createUsageStore } from './usage.store.js';

const mebibyte = 2 ** 20;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  for (const name of ['ada', 'bob'])
    await db('users').insert({ name, display_name: name, password_hash: '' });
  for (const name of ['atlas', 'comet'])
    await db('projects').insert({ name, description: '', created_by: 'ada' });
});
beforeEach(async () => {
  await database.db.raw('truncate leases, usage cascade');
});
afterAll(() => database.close());

/** A machine whose clocks the test moves. */
const machine = () => {
  const clock = { boot: randomUUID(), up: 5_000, wall: Date.UTC(2026, 10, 20) };
  const uptime: Uptime = {
    get boot() {
      return clock.boot;
    },
    now: () => clock.up
  };
  return { clock, uptime, turn: () => meter(database.db, uptime, new Date(clock.wall)) };
};

interface Asked {
  readonly project?: string;
  readonly user?: string;
  readonly cores?: number;
  readonly mebibytes?: number;
  readonly gpus?: Readonly<Record<string, number>>;
}

const hold = async (uptime: Uptime, asked: Asked = {}): Promise<string> => {
  const { project = 'atlas', user = 'ada', cores = 2, mebibytes = 512, gpus = {} } = asked;
  const leases = createLeasesStore(database.db, uptime);
  const id = randomUUID();
  const count = Object.values(gpus).reduce((sum, each) => sum + each, 0);
  const memory = mebibytes * mebibyte;
  await leases.insert({
    id,
    project,
    user,
    purpose: 'notebook',
    resources: { executors: 0, cores, memory, gpus: count },
    total: { cores, memory, gpus: count, servers: 1 }
  });
  await leases.grant(id, [], gpus);
  return id;
};

const askForExecutors = async (uptime: Uptime, executors: number): Promise<string> => {
  const id = randomUUID();
  await createLeasesStore(database.db, uptime).insert({
    id,
    project: 'atlas',
    user: 'ada',
    purpose: 'spark',
    resources: { executors, cores: 1, memory: 512 * mebibyte, gpus: 0 },
    total: { cores: executors, memory: executors * 512 * mebibyte, gpus: 0, servers: 0 }
  });
  return id;
};

const holdExecutors = async (uptime: Uptime, executors: number): Promise<string> => {
  const id = await askForExecutors(uptime, executors);
  await createLeasesStore(database.db, uptime).grant(id, [], {});
  return id;
};

const release = (uptime: Uptime, id: string) => createLeasesStore(database.db, uptime).release(id);

/** The ledger, by user and kind. */
const ledger = async (): Promise<Record<string, number>> => {
  const rows = await database
    .db('usage')
    .groupBy('project', 'username', 'kind')
    .select<{ of: string; amount: string }[]>(
      database.db.raw(`project || ' ' || username || ' ' || kind as "of"`),
      database.db.raw('sum(amount) as amount')
    );
  return Object.fromEntries(rows.map(row => [row.of, Number(row.amount)]));
};

describe('the meter', () => {
  it('counts cores, memory and GPUs by type for the time they are held', async () => {
    const { clock, uptime, turn } = machine();
    const id = await hold(uptime, { gpus: { A100: 2, T4: 1 } });
    clock.up += 60_000;
    await turn();
    clock.up += 1_500;
    await release(uptime, id);
    clock.up += 60_000;
    await turn();
    await turn();
    expect(await ledger()).toEqual({
      'atlas ada cores': 2 * 61_500,
      'atlas ada memory': 512 * 61_500,
      'atlas ada gpu:A100': 2 * 61_500,
      'atlas ada gpu:T4': 61_500
    });
  });

  it('counts what was held while nobody metered, on the days when it was', async () => {
    const { clock, uptime, turn } = machine();
    clock.wall = Date.UTC(2026, 10, 30, 23, 0);
    await hold(uptime, { cores: 1 });
    const hours = 50;
    clock.up += hours * 3_600_000;
    clock.wall += hours * 3_600_000;
    await turn();
    const days = await createUsageStore(database.db).of('atlas', '2026-11-01', '2026-12-31', 'day');
    expect(days.map(row => [row.of, row.coreHours, row.memoryHours])).toEqual([
      ['2026-11-30', 1, 0.5],
      ['2026-12-01', 24, 12],
      ['2026-12-02', 24, 12],
      ['2026-12-03', 1, 0.5]
    ]);
    const month = await createUsageStore(database.db).month(['atlas'], new Date(clock.wall));
    expect(month).toEqual([{ project: 'atlas', username: 'ada', coreHours: 49, gpuHours: 0 }]);
  });

  it('adds nothing where the clock is set, and nothing for a sleep', async () => {
    const { clock, uptime, turn } = machine();
    await hold(uptime);
    clock.wall += 40 * 86_400_000;
    await turn();
    clock.wall -= 80 * 86_400_000;
    clock.up += 1_000;
    await turn();
    expect(await ledger()).toMatchObject({ 'atlas ada cores': 2_000 });
  });

  it('takes up what an older version had granted', async () => {
    const { clock, uptime, turn } = machine();
    const id = await hold(uptime);
    await database.db('leases').where({ id }).update({ boot: null, granted_up: null, metered_up: null });
    await turn();
    clock.up += 10;
    await turn();
    expect(await ledger()).toMatchObject({ 'atlas ada cores': 20 });
  });

  it('counts what became more or fewer executors with each number for as long as it was', async () => {
    const { clock, uptime, turn } = machine();
    const changes = createLeaseChanges(database.db, uptime);
    const first = await holdExecutors(uptime, 4);
    clock.up += 100;
    await turn();
    clock.up += 50;
    const second = (await changes.replace(first, 1)) ?? '';
    clock.up += 1_000;
    const third = (await changes.replace(second, 3)) ?? '';
    expect(await changes.replace(second, 2)).toBeUndefined();
    clock.up += 10;
    await release(uptime, third);
    await turn();
    const cores = 4 * 150 + 1_000 + 3 * 10;
    expect(await ledger()).toEqual({ 'atlas ada cores': cores, 'atlas ada memory': 512 * cores });
  });

  it('counts of what is lent in part that part, and the rest from when it is lent', async () => {
    const { clock, uptime, turn } = machine();
    const changes = createLeaseChanges(database.db, uptime);
    const ask = await askForExecutors(uptime, 4);
    clock.up += 100;
    const part = await changes.lendPart(ask, 1, 4);
    clock.up += 100;
    await changes.replace(part, 4);
    await release(uptime, ask);
    clock.up += 100;
    await turn();
    expect(await ledger()).toMatchObject({ 'atlas ada cores': 100 + 400 });
  });

  it('waits for no lease that is being changed, and counts it the next time', async () => {
    const { clock, uptime, turn } = machine();
    const [busy] = [await hold(uptime), await hold(uptime, { user: 'bob' })];
    clock.up += 100;
    await database.db.transaction(async trx => {
      await trx('leases').where({ id: busy }).forUpdate().first();
      await turn();
      expect(await ledger()).toEqual({ 'atlas bob cores': 200, 'atlas bob memory': 51_200 });
    });
    await turn();
    expect(await ledger()).toMatchObject({ 'atlas ada cores': 200, 'atlas bob cores': 200 });
  });
});

/** The same in a few lines: each lease's time, marked at every turn. */
const model = () => {
  const leases: {
    of: string;
    each: number;
    cores: number;
    boot: string;
    from: number;
    marked: number;
    end?: number;
  }[] = [];
  return {
    leases,
    expected: (): Record<string, number> => {
      const total: Record<string, number> = {};
      for (const { of, cores, from, marked } of leases)
        if (marked > from) total[of] = (total[of] ?? 0) + cores * (marked - from);
      return total;
    }
  };
};

describe('whatever happens in whatever order', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('hold' as const),
      project: fc.constantFrom('atlas', 'comet'),
      user: fc.constantFrom('ada', 'bob'),
      cores: fc.integer({ min: 1, max: 9 })
    }),
    fc.record({ do: fc.constantFrom('release' as const), which: fc.nat(20) }),
    fc.record({
      do: fc.constant('have more or fewer' as const),
      which: fc.nat(20),
      executors: fc.integer({ min: 1, max: 9 })
    }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 200_000_000 }) }),
    fc.record({ do: fc.constant('set the clock' as const), ms: fc.integer({ min: -1e10, max: 1e10 }) }),
    fc.record({ do: fc.constantFrom('turn' as const, 'die in a turn' as const, 'two turns' as const) }),
    fc.record({ do: fc.constant('reboot' as const) })
  );

  it('the ledger is what the leases were held, each millisecond once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        await database.db.raw('truncate leases, usage cascade');
        const { clock, uptime, turn } = machine();
        const { leases, expected } = model();
        const ids: string[] = [];
        const mark = () => {
          for (const one of leases) {
            if (one.end !== undefined) one.marked = one.end;
            else if (one.boot === clock.boot) one.marked = clock.up;
          }
        };
        for (const each of steps) {
          if (each.do === 'hold') {
            ids.push(await hold(uptime, each));
            const of = `${each.project} ${each.user} cores`;
            const { cores } = each;
            leases.push({ of, each: cores, cores, boot: clock.boot, from: clock.up, marked: clock.up });
          } else if (each.do === 'release') {
            const [id, one] = [ids[each.which], leases[each.which]];
            if (id === undefined || !one) continue;
            await release(uptime, id);
            one.end ??= one.boot === clock.boot ? clock.up : one.marked;
          } else if (each.do === 'have more or fewer') {
            const [id, one] = [ids[each.which], leases[each.which]];
            if (id === undefined || !one) continue;
            const next = await createLeaseChanges(database.db, uptime).replace(id, each.executors);
            if (next === undefined) continue;
            one.end ??= one.boot === clock.boot ? clock.up : one.marked;
            ids.push(next);
            const { of, each: cores } = one;
            leases.push({
              of,
              each: cores,
              cores: cores * each.executors,
              boot: clock.boot,
              from: clock.up,
              marked: clock.up
            });
          } else if (each.do === 'pass') {
            clock.up += each.ms;
            clock.wall += each.ms;
          } else if (each.do === 'set the clock') clock.wall += each.ms;
          else if (each.do === 'reboot') {
            clock.boot = randomUUID();
            clock.up = 1_000;
          } else if (each.do === 'die in a turn') {
            const dies = database.db.transaction(async trx => {
              await meter(trx, uptime, new Date(clock.wall));
              throw new Error('killed');
            });
            await expect(dies).rejects.toThrow('killed');
          } else {
            await (each.do === 'turn' ? turn() : Promise.all([turn(), turn()]));
            mark();
          }
        }
        await turn();
        mark();
        const counted = Object.entries(await ledger()).filter(([of]) => of.endsWith(' cores'));
        expect(Object.fromEntries(counted)).toEqual(expected());
      }),
      { numRuns: 60 }
    );
  });

  it('a meter that is killed again and again loses nothing and doubles nothing', async () => {
    const source = (path: string) => new URL(path, import.meta.url).href;
    const program = `
      import { connect } from '${source('../../platform/db.ts')}';
      import { meter } from '${source('./usage.meter.ts')}';
      const db = connect(process.env.DATABASE, 2);
      for (;;) { await meter(db); process.stdout.write('.'); }`;
    const run = () =>
      spawn(
        process.execPath,
        ['--import', source('../../testing/typescript-hooks.ts'), '--input-type=module', '-e', program],
        { env: { ...process.env, DATABASE: database.url }, stdio: ['ignore', 'pipe', 'inherit'] }
      );
    const leases = createLeasesStore(database.db);
    const { machineUptime } = await import('../../platform/uptime.js');
    const uptime = machineUptime();
    const held: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const child = run();
      await once(child.stdout, 'data');
      for (let n = 0; n < 10; n += 1) {
        held.push(await hold(uptime, { cores: 1 + (n % 3), user: n % 2 ? 'ada' : 'bob' }));
        if (n % 3 === 0) await leases.release(held.shift() ?? '');
        await pause(5);
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const id of held) await leases.release(id);
    await meter(database.db);
    const [row] = await database
      .db('leases')
      .select<{ there: string; unmetered: number }[]>(
        database.db.raw('sum(total_cores * (released_up - granted_up)) as there'),
        database.db.raw('count(*) filter (where metered_up <> released_up) as unmetered')
      );
    const written = await database
      .db('usage')
      .where({ kind: 'cores' })
      .sum<{ sum: string }[]>('amount as sum');
    expect(row?.unmetered).toBe(0);
    expect(Number(row?.there)).toBeGreaterThan(0);
    expect(Number(written[0]?.sum)).toBe(Number(row?.there));
  });
});
