import type { experiments as contract } from '@hopslab/schema';
import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../testing/client.js';
import { base, startLab, type Lab } from '../../testing/lab.js';

let lab: Lab;
let direct: pg.Client;
beforeAll(async () => {
  lab = await startLab();
  direct = new pg.Client({ connectionString: lab.test.config.databaseUrl, application_name: 'storm' });
  await direct.connect();
});
afterAll(async () => {
  await direct.end();
  await lab.test.close();
});

const planned = 6;

interface Known {
  readonly number: number;
  readonly attempt: number;
  readonly state: contract.Trial['state'];
  readonly value: number | null;
  readonly endedAt: string | null;
  readonly params: object;
  /** Which point it is that somebody picked. */
  readonly point?: string;
}
type Report = Known;
interface Batch {
  readonly trials: Report[];
  readonly curves: object[];
  readonly epoch: number;
}

const isOver = ({ state }: Known): boolean => state !== 'queued' && state !== 'running';

/** What goes wrong with one delivery. */
const faults = ['none', 'answer lost', 'told twice', 'out of order', 'connections cut'] as const;
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('begin' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('end' as const),
      pick: fc.nat(),
      state: fc.constantFrom('complete' as const, 'pruned' as const, 'failed' as const)
    })
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('lose a worker' as const), pick: fc.nat() }) },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('deliver' as const), fault: fc.constantFrom(...faults) })
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('say again' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('kill the driver' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('order' as const),
      order: fc.constantFrom('pause' as const, 'continue' as const, 'trials' as const, 'stop' as const),
      pick: fc.nat()
    })
  }
);

/** A sweep's driver, as the Python package's: what is not confirmed is said again, and it goes on after another one. */
const createDriver = (id: string) => {
  let epoch = 1;
  let trials = new Map<number, Known>();
  let pending: Report[] = [];
  const said: Batch[] = [];
  /** Ends that the platform has confirmed: these are never to be lost. */
  const accepted = new Map<number, Known>();
  /** Points that the platform has accepted, by their ids. */
  const points = new Map<string, object>();
  /** Trials whose stop it has accepted while they ran. */
  const toStop = new Set<number>();
  let paused = false;

  /** A trial as a driver reports it. */
  const reported = ({ point, ...known }: Known): object => ({
    ...known,
    ...(point !== undefined && { point, picked: true })
  });

  const send = (verb: string, body: object, headers = {}): Promise<Answer> =>
    lab.driver.send('POST', `${base}/${id}/${verb}`, { body, headers });

  const tell = (batch: Batch): Promise<Answer> =>
    send('trials/batch', { ...batch, trials: batch.trials.map(reported) });

  const note = (known: Known): void => {
    trials.set(known.number, known);
    pending.push(known);
  };
  const now = () => new Date().toISOString();
  const running = () => [...trials.values()].filter(({ state }) => state === 'running');

  /** Waits until they have ended and the pool has heard of it: else whoever asks next takes one of them. */
  const cut = async (): Promise<void> => {
    await direct.query(
      `select pg_terminate_backend(pid, 20000) from pg_stat_activity
       where datname = current_database() and application_name = 'hopslab' and state <> 'idle'`
    );
    await setImmediate();
  };

  const told = ({ number, attempt, state, value }: Known) => ({ number, attempt, state, value });
  /** As it has told the platform, where nothing of that is on its way. */
  const known = () => [...trials.values()].sort((a, b) => a.number - b.number).map(told);

  /** Does what it is told, as often as it is told. */
  const obey = ({ state, orders }: { state: string; orders: contract.Orders }): void => {
    paused = state === 'paused';
    for (const number of orders.stop) {
      const trial = trials.get(number);
      if (trial && !isOver(trial)) driver.end(trial, 'stopped');
    }
    const taken = new Set([...trials.values()].map(({ point }) => point));
    for (const { id: point, params } of orders.enqueue)
      if (!taken.has(point))
        note({ number: trials.size, attempt: 1, state: 'queued', value: null, endedAt: null, params, point });
  };

  const driver = {
    running,
    async order(order: 'pause' | 'continue' | 'trials' | 'stop', trial: Known | undefined): Promise<void> {
      const params = { C: points.size + 1, kernel: 'rbf' };
      const address = order === 'stop' ? `trials/${trial?.number ?? 0}/stop` : order;
      const answer = await lab.bob.send('POST', `${base}/${id}/${address}`, {
        ...(order === 'trials' && { body: { params } })
      });
      // A trial that the driver has not told of yet cannot be asked for.
      if (order === 'stop' && answer.status === 404) return;
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
      if (order === 'trials') points.set((answer.body as { id: string }).id, params);
      if (order === 'stop' && (answer.body as contract.Trial).stopAsked) toStop.add(trial?.number ?? 0);
    },
    begin(): boolean {
      if (paused) return false;
      const again = [...trials.values()].find(({ state }) => state === 'queued');
      if (again) note({ ...again, state: 'running' });
      else if ([...trials.values()].filter(({ point }) => point === undefined).length < planned)
        note({
          ...{ number: trials.size, attempt: 1, state: 'running', value: null, endedAt: null },
          params: { n: trials.size }
        });
      else return false;
      return true;
    },
    end(trial: Known, state: Known['state']): void {
      note({ ...trial, state, value: state === 'complete' ? trial.number / 10 : null, endedAt: now() });
    },
    lose: (trial: Known): void => note({ ...trial, attempt: trial.attempt + 1, state: 'queued' }),

    async deliver(fault: (typeof faults)[number]): Promise<void> {
      const curves = running().map(({ number, attempt }) => ({
        number,
        attempt,
        points: [0, 1].map(index => ({ index, step: index, value: attempt }))
      }));
      const sent = [...pending];
      const batch = { trials: fault === 'out of order' ? sent.toReversed() : sent, curves, epoch };
      said.push({ ...batch, trials: sent });
      const [answer] = await Promise.all([
        tell(batch),
        ...(fault === 'told twice' ? [tell(batch)] : []),
        ...(fault === 'connections cut' ? [cut()] : [])
      ]);
      if (fault !== 'connections cut')
        expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
      if (answer.status !== 200) {
        expect(answer.status).toBeGreaterThanOrEqual(500);
        return;
      }
      for (const report of sent.filter(isOver)) accepted.set(report.number, report);
      if (fault === 'answer lost') return;
      pending = pending.filter(report => !sent.includes(report));
      expect((await lab.trials(id)).map(told)).toEqual(known());
      obey(answer.body as { state: string; orders: contract.Orders });
    },

    /** Somebody's words that were on their way: a driver's before are refused, this one's change nothing. */
    async sayAgain(pick: number): Promise<void> {
      const batch = said[pick % said.length];
      if (!batch) return;
      const answer = await tell(batch);
      expect(answer.status).toBe(batch.epoch === epoch ? 200 : 409);
      if (pending.length === 0) expect((await lab.trials(id)).map(told)).toEqual(known());
      if (batch.epoch === epoch)
        for (const report of batch.trials.filter(isOver)) accepted.set(report.number, report);
    },

    /** Nothing of what it has not delivered is left; another one takes up what the platform has. */
    async dieAndResume(): Promise<void> {
      pending = [];
      await direct.query(`update experiments set heartbeat_at = now() - interval '1 hour' where id = $1`, [
        id
      ]);
      const key = { 'idempotency-key': `${id}-${epoch + 1}` };
      const answers = [
        await send('resume', { parallel: 2 }, key),
        await send('resume', { parallel: 2 }, key)
      ];
      for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { epoch: epoch + 1 } });
      epoch += 1;
      const late = said.at(-1);
      if (late) expect(await tell(late)).toMatchObject({ status: 409 });
      trials = new Map();
      paused = false;
      for (const { number, attempt, state, value, endedAt, params, stopAsked, picked } of await lab.trials(
        id
      )) {
        const point = picked && [...points].find(([, one]) => isDeepStrictEqual(one, params))?.[0];
        const trial = { number, attempt, state, value, endedAt, params, ...(point && { point }) };
        if (isOver(trial) && (state !== 'stopped' || stopAsked)) trials.set(number, trial);
        else note({ ...trial, attempt: attempt + 1, state: 'queued', value: null, endedAt: null });
      }
    },

    async finish(): Promise<void> {
      await driver.order('continue', undefined);
      await driver.deliver('none');
      let more = true;
      while (more) more = driver.begin();
      for (const trial of running()) driver.end(trial, 'complete');
      await driver.deliver('none');
      expect(await send('finish', { state: 'complete', epoch })).toMatchObject({ status: 200 });
    },

    /** Every point that was accepted is one trial, and no trial that was to be stopped has run on. */
    async checkOrders(there: readonly contract.Trial[]): Promise<readonly contract.Trial[]> {
      const picked = there.filter(trial => trial.picked);
      expect(new Set(picked.map(({ params }) => params['C'])).size).toBe(picked.length);
      expect(picked.map(({ params }) => params)).toEqual(expect.arrayContaining([...points.values()]));
      expect(picked).toHaveLength(points.size);
      expect(await lab.experiment(id)).toMatchObject({ waiting: 0, planned: planned + points.size });
      for (const number of toStop)
        expect(there[number], `trial ${number}`).toMatchObject({ stopAsked: true });
      return picked;
    },

    /** Everything that was accepted is there, once, and nothing is two things at a time. */
    async check(): Promise<contract.Trial[]> {
      const there = await lab.trials(id);
      expect(new Set(there.map(({ number }) => number)).size).toBe(there.length);
      for (const trial of there) expect(isOver(trial), `trial ${trial.number}`).toBe(trial.endedAt !== null);
      for (const { number, attempt, state, value } of accepted.values()) {
        const trial = there.find(one => one.number === number);
        expect(trial).toMatchObject(
          trial?.attempt === attempt ? { state, value } : { attempt: expect.any(Number) as number }
        );
      }
      const { trialCounts } = await lab.experiment(id);
      for (const [state, count] of Object.entries(trialCounts))
        expect(
          there.filter(trial => trial.state === state),
          state
        ).toHaveLength(count);
      return there;
    }
  };
  return driver;
};

describe('a sweep through a storm', () => {
  it(
    'has every trial once in the end: duplicates, lost answers, cut connections, dead drivers, orders',
    { timeout: 300_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async steps => {
          const id = await lab.begin({ planned });
          const driver = createDriver(id);
          for (const one of steps) {
            const [picked] = driver
              .running()
              .slice('pick' in one ? one.pick % Math.max(1, driver.running().length) : 0);
            if (one.act === 'begin') driver.begin();
            else if (one.act === 'end' && picked) driver.end(picked, one.state);
            else if (one.act === 'lose a worker' && picked) driver.lose(picked);
            else if (one.act === 'deliver') await driver.deliver(one.fault);
            else if (one.act === 'say again') await driver.sayAgain(one.pick);
            else if (one.act === 'kill the driver') await driver.dieAndResume();
            else if (one.act === 'order') await driver.order(one.order, picked);
            await driver.check();
          }
          await driver.finish();
          const there = await driver.check();
          const { length } = await driver.checkOrders(there);
          expect(there.map(({ number }) => number)).toEqual(
            Array.from({ length: planned + length }, (_, i) => i)
          );
          expect(there.every(isOver)).toBe(true);
        }),
        { numRuns: 6, seed: 20261129 }
      );
    }
  );
});
