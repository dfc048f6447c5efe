import type { metering, provenance } from '@hopslab/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, type Lab } from '../../testing/lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const patience = { timeout: 60_000 };
const running = (number: number, more = {}) => ({ number, state: 'running', params: { C: 1 }, ...more });

const seen = async (user: string): Promise<number> => {
  const { body } = await lab.owner.send('GET', '/api/v1/projects/atlas/metering');
  const rows = (body as { items: metering.Seen[] }).items;
  return rows.filter(row => row.user === user).reduce((sum, { bytes }) => sum + bytes, 0);
};

describe('data that a notebook has put into trials', () => {
  const carried = 'x'.repeat(90_000);
  const eve = (await_: () => Promise<unknown>) => async () => {
    const before = await seen('eve');
    await await_();
    await expect.poll(() => seen('eve'), patience).toBeGreaterThan(before + carried.length);
  };

  it('is counted for a data scientist who reads them, and for no data owner', async () => {
    const id = await lab.begin();
    await lab.report(id, [running(0, { state: 'failed', traceback: carried })]);
    await lab.owner.send('GET', `${base}/${id}/trials`);
    await eve(() => lab.eve.send('GET', `${base}/${id}/trials`))();
    await eve(() => lab.eve.send('GET', `${base}/${id}/trials?limit=1`))();
    expect(await seen('ada')).toBe(0);
  });

  it('is counted where it comes as an event', async () => {
    const id = await lab.begin();
    await eve(async () => {
      const events = lab.eve.events(`/api/v1/projects/atlas/events?experiment=${id}`, all =>
        all.some(({ event }) => event === 'trial')
      );
      let number = 0;
      const told = setInterval(
        () => void lab.report(id, [running(number++, { state: 'failed', traceback: carried })]),
        200
      );
      await events;
      clearInterval(told);
    })();
  });

  it('is not counted for what its own notebook reads of it', async () => {
    const id = await lab.begin();
    await lab.report(id, [running(0, { state: 'failed', traceback: carried })]);
    const before = await seen('bob');
    await lab.driver.send('GET', `${base}/${id}/trials`);
    await eve(() => lab.eve.send('GET', `${base}/${id}/trials`))();
    expect(await seen('bob')).toBe(before);
  });
});

describe('a trial that is told of again and again', () => {
  it('has no more metrics than one report may have', async () => {
    const id = await lab.begin();
    const metrics = (round: number) =>
      Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${round}-${i}-${'x'.repeat(180)}`, round]));
    for (let round = 0; round < 5; round++)
      expect(await lab.report(id, [running(0, { metrics: metrics(round) })])).toMatchObject({ status: 200 });
    const [trial] = await lab.trials(id);
    expect(JSON.stringify(trial?.metrics).length).toBeLessThan(64 * 1024);
    expect(Object.keys(trial?.metrics ?? {})[0]).toMatch(/^4-/);
    await lab.report(id, [running(0, { metrics: { loss: 1 } })]);
    expect(Object.keys((await lab.trials(id))[0]?.metrics ?? {})).toHaveLength(251);
  });
});

describe('a driver that asks for hundreds of things at once', () => {
  it('keeps nobody else from being answered', async () => {
    const id = await lab.begin();
    const trials = Array.from({ length: 100 }, (_, number) => running(number, { metrics: { loss: number } }));
    let answered = 0;
    const flood = Array.from({ length: 60 }, async (_, attempt) => {
      const body = { trials: trials.map(trial => ({ ...trial, attempt: attempt + 1 })) };
      const answer = await lab.driver.send('POST', `${base}/${id}/trials/batch`, { body });
      answered += 1;
      return answer.status;
    });
    await expect.poll(() => answered, patience).toBeGreaterThan(2);
    const before = answered;
    const { status } = await lab.owner.send('PATCH', '/api/v1/projects/atlas', {
      body: { description: 'goes on' }
    });
    // In one line with them it would come last.
    expect([status, answered - before < 25]).toEqual([200, true]);
    expect(new Set(await Promise.all(flood))).toEqual(new Set([200]));
  }, 120_000);
});

describe('lists of packages', () => {
  const told = (packages: provenance.Provenance['packages']) => ({
    ...{ function: 'f', program: null, before: [], python: '3.12.1', packages },
    ...{ resources: { executors: 0, cores: 1, memory: 1, gpus: 0 }, files: [], filesLeftOut: 0 }
  });
  const locks = async (): Promise<number> =>
    Number((await lab.test.db('environment_locks').count<{ count: number }[]>('* as count'))[0]?.count);

  it('go with the last experiment that had them', async () => {
    const [one, other] = [await lab.begin(), await lab.begin()];
    const tell = (id: string, packages: provenance.Provenance['packages']) =>
      lab.driver.send('PUT', `${base}/${id}/provenance`, { body: told(packages) });
    const before = await locks();
    for (let i = 0; i < 5; i++) expect(await tell(one, { numpy: `1.${i}` })).toMatchObject({ status: 200 });
    expect(await locks()).toBe(before + 1);
    await tell(other, { numpy: '1.4' });
    await tell(one, { numpy: '2' });
    await tell(one, { numpy: '2' });
    expect(await locks()).toBe(before + 2);
    expect(await lab.bob.send('GET', `${base}/${other}/provenance`)).toMatchObject({
      status: 200,
      body: { packages: { numpy: '1.4' } }
    });
    await Promise.all(
      Array.from({ length: 24 }, (_, i) => tell(i % 2 ? one : other, { numpy: `3.${i % 3}` }))
    ).then(answers => {
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    });
    expect(await locks()).toBeLessThanOrEqual(before + 2);
  });
});
