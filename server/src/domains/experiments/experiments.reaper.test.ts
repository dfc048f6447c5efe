import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { base, startLab, sweep, type Lab } from '../../testing/lab.js';
import { createReaper } from './experiments.reaper.js';
import { createExperimentsService } from './experiments.service.js';

let lab: Lab;
let now = 0;
let runs = true;
let reap: () => Promise<void>;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());
beforeEach(() => {
  runs = true;
  const { db } = lab.test;
  reap = createReaper({
    db,
    service: createExperimentsService({ db }),
    sandboxRuns: sandbox => {
      expect(sandbox).toBe('bobs');
      return Promise.resolve(runs);
    },
    now: () => now
  });
});

const seconds = async (count: number) => {
  now += count * 1000;
  await reap();
};

const reason = 'the notebook that ran it has ended';
const running = { number: 0, state: 'running', params: {} };
const complete = { ...running, state: 'complete', value: 1 };

describe('an experiment whose driver is gone', () => {
  it('fails with its sandbox, and its trials stop', async () => {
    const id = await lab.begin();
    await lab.report(id, [running, { ...complete, number: 1 }, { ...running, number: 2, state: 'queued' }]);
    await reap();
    expect(await lab.experiment(id)).toMatchObject({ state: 'running' });
    runs = false;
    await reap();
    expect(await lab.experiment(id)).toMatchObject({
      state: 'failed',
      reason,
      trialCounts: { stopped: 2, complete: 1 }
    });
    expect(await lab.trials(id)).toMatchObject([
      { state: 'stopped', reason },
      { state: 'complete' },
      { state: 'stopped' }
    ]);
    await seconds(60);
    expect(
      await lab.test
        .db('journal')
        .where({ asset: `experiment:${id}`, action: 'experiment.ended', actor: '(platform)' })
    ).toHaveLength(1);
  });

  it('is not taken for dead while it is heard', async () => {
    const id = await lab.begin();
    await reap();
    await seconds(119);
    expect(await lab.experiment(id)).toMatchObject({ state: 'running' });
    await lab.report(id, []);
    await seconds(119);
    await seconds(119);
    expect(await lab.experiment(id)).toMatchObject({ state: 'running' });
    await seconds(1);
    expect(await lab.experiment(id)).toMatchObject({ state: 'failed' });
  });

  it('fails after two minutes of silence, wherever its driver was', async () => {
    const { body } = await lab.bob.send('POST', base, { body: sweep });
    const { id } = body as { id: string };
    await reap();
    await seconds(119);
    expect(await lab.experiment(id)).toMatchObject({ state: 'running' });
    await seconds(1);
    expect(await lab.experiment(id)).toMatchObject({ state: 'failed', reason });
  });

  it('that was asked to stop ends too', async () => {
    const id = await lab.begin();
    await lab.bob.send('POST', `${base}/${id}/stop`);
    runs = false;
    await reap();
    await seconds(60);
    expect(await lab.experiment(id)).toMatchObject({ state: 'failed' });
  });

  it('is not hurt by the platform’s own absence: silence counts from when it listens', async () => {
    const id = await lab.begin();
    await lab.test
      .db('experiments')
      .where({ id })
      .update({ heartbeat_at: new Date(0) });
    await reap();
    expect(await lab.experiment(id)).toMatchObject({ state: 'running' });
  });

  it('may still say what it had done: its own word replaces what was presumed', async () => {
    const id = await lab.begin();
    await lab.report(id, [running, { ...running, number: 1 }]);
    runs = false;
    await reap();
    await seconds(60);
    expect(
      await lab.report(id, [complete, { ...running, number: 1 }, { ...running, number: 2 }])
    ).toMatchObject({ status: 200, body: { state: 'failed' } });
    expect(await lab.trials(id)).toMatchObject([
      { state: 'complete', value: 1 },
      { state: 'stopped', reason }
    ]);
    expect((await lab.trials(id))[0]).not.toHaveProperty('reason');
    const finish = (state: string) => lab.driver.send('POST', `${base}/${id}/finish`, { body: { state } });
    expect(await finish('stopped')).toMatchObject({
      status: 200,
      body: { state: 'stopped', best: { number: 0 } }
    });
    expect(await finish('complete')).toMatchObject({ status: 409 });
    expect(await lab.report(id, [{ ...complete, number: 1 }])).toMatchObject({ status: 409 });
  });
});
