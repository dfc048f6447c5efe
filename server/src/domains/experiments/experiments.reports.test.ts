import type { experiments as contract } from '@hopslab/schema';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, type Lab } from '../../testing/lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

type Report = Pick<contract.TrialReport, 'number' | 'attempt' | 'state'> & Record<string, unknown>;

const at = (n: number) => new Date(Date.UTC(2026, 10, 22) + n * 1000).toISOString();

/** What a driver says of one attempt: that it waits, that it runs, how it ended; each whole in itself. */
const attempt = (
  number: number,
  attempt: number,
  states: readonly contract.TrialReport['state'][],
  value: number
): Report[] =>
  states.map(state => {
    const ended = state !== 'queued' && state !== 'running';
    return {
      number,
      attempt,
      state,
      params: { C: number + attempt / 10 },
      value: state === 'complete' ? value : null,
      metrics: state === 'queued' ? {} : { accuracy: value, loss: 1 - value },
      executor: state === 'queued' ? null : `e${attempt}`,
      startedAt: state === 'queued' ? null : at(number),
      endedAt: ended ? at(number + attempt) : null,
      ...(state === 'failed' ? { reason: 'ValueError: no', traceback: 'Traceback' } : {})
    };
  });

const lives = fc.constantFrom(
  ...(['complete', 'pruned', 'failed', 'stopped'] as const).map(end => ['queued', 'running', end] as const),
  ['queued', 'running'] as const,
  ['running', 'complete'] as const
);

/** A sweep's story: every trial's attempts, those before the last ended. */
const story = fc
  .array(
    fc.array(fc.record({ life: lives, value: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      minLength: 1,
      maxLength: 3
    }),
    {
      minLength: 1,
      maxLength: 6
    }
  )
  .map(trials =>
    trials.flatMap((attempts, number) =>
      attempts.flatMap(({ life, value }, i) => attempt(number, i + 1, life, value))
    )
  );

/** The same story told badly: twice over, in any order, cut into batches anywhere; the first telling is complete. */
const telling = story.chain(reports =>
  fc.record({
    reports: fc.constant(reports),
    told: fc
      .shuffledSubarray([...reports, ...reports], { minLength: reports.length })
      .map(some => [...some, ...reports]),
    cuts: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 40, maxLength: 40 }),
    direction: fc.constantFrom('maximize', 'minimize')
  })
);

const batches = (reports: readonly Report[], cuts: readonly number[]): Report[][] => {
  const rest = [...reports];
  const made = cuts.map(cut => rest.splice(0, cut)).filter(batch => batch.length > 0);
  return rest.length > 0 ? [...made, rest] : made;
};

const picture = async (id: string) => {
  const { id: _id, startedAt: _at, ...experiment } = await lab.experiment(id);
  return { experiment, trials: await lab.trials(id) };
};

/** What the experiment says its trials make of it, against the trials that are there. */
const expectTallied = async (id: string) => {
  const { trialCounts, best, direction } = await lab.experiment(id);
  const trials = await lab.trials(id);
  const counted = trials.reduce<Record<string, number>>(
    (so, { state }) => ({ ...so, [state]: (so[state] ?? 0) + 1 }),
    {}
  );
  expect(trialCounts).toEqual({ ...noTrials, ...counted });
  const [first] = trials
    .filter(({ state, value }) => state === 'complete' && value !== null)
    .sort(
      (a, b) => ((b.value ?? 0) - (a.value ?? 0)) * (direction === 'maximize' ? 1 : -1) || a.number - b.number
    );
  expect(best).toEqual(first ? { number: first.number, value: first.value, params: first.params } : null);
};

const noTrials = { queued: 0, running: 0, complete: 0, pruned: 0, failed: 0, stopped: 0 };

describe('reports', () => {
  it(
    'end in the same picture, however they are repeated, mixed up and cut',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(telling, async ({ reports, told, cuts, direction }) => {
          const straight = await lab.begin({ direction });
          await lab.report(straight, reports);
          const bad = await lab.begin({ direction });
          for (const batch of batches(told, cuts)) {
            expect((await lab.report(bad, batch)).status).toBe(200);
            await expectTallied(bad);
          }
          expect(await picture(bad)).toEqual(await picture(straight));
        }),
        { numRuns: 15, seed: 20261122 }
      );
    }
  );

  it('end in the same picture when batches come at the same time', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(telling, async ({ reports, told, cuts, direction }) => {
        const [straight, bad] = await Promise.all([lab.begin({ direction }), lab.begin({ direction })]);
        await lab.report(straight, reports);
        const answers = await Promise.all(batches(told, cuts).map(batch => lab.report(bad, batch)));
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
        expect(await picture(bad)).toEqual(await picture(straight));
      }),
      { numRuns: 5, seed: 20261122 }
    );
  });

  it('never change an attempt that has ended, and a higher attempt replaces it', async () => {
    const id = await lab.begin();
    const [first, again, late, second] = [
      attempt(0, 1, ['failed'], 0.1),
      attempt(0, 1, ['complete'], 0.9),
      attempt(0, 1, ['running'], 0.2),
      attempt(0, 2, ['running'], 0.3)
    ];
    await lab.report(id, [...first, ...again, ...late]);
    await lab.report(id, again);
    expect(await lab.trials(id)).toMatchObject([{ state: 'failed', reason: 'ValueError: no' }]);
    await lab.report(id, second);
    const [trial] = await lab.trials(id);
    expect(trial).toMatchObject({ state: 'running', executor: 'e2', params: { C: 0.2 }, endedAt: null });
    expect(trial).not.toHaveProperty('reason');
    await lab.report(id, [...first, ...late]);
    expect(await lab.trials(id)).toEqual([trial]);
  });

  it('tell what an attempt took of its machine', async () => {
    const id = await lab.begin();
    const gpu = { count: 2, busy: 37.5, peakMemory: 2 ** 36 };
    const usage = { cpuSeconds: 1.5, peakMemory: 2 ** 31, gpu };
    const [ended] = attempt(0, 1, ['failed'], 0.1).slice(-1);
    await lab.report(id, [{ ...ended, usage }]);
    expect(await lab.trials(id)).toMatchObject([{ state: 'failed', usage }]);
    await lab.report(id, attempt(0, 2, ['running'], 0.3));
    expect((await lab.trials(id))[0]).not.toHaveProperty('usage');
    for (const wrong of [{ cpuSeconds: -1 }, { peakMemory: 0.5 }, { gpu: { ...gpu, busy: 101 } }])
      expect(await lab.report(id, [{ ...ended, usage: { ...usage, ...wrong } }])).toMatchObject({
        status: 400
      });
  });

  it('are all taken or none', async () => {
    const id = await lab.begin();
    const good = attempt(0, 1, ['complete'], 0.5);
    const refused = await lab.report(id, [
      ...good,
      { number: 1, state: 'nonsense', params: {} },
      { number: -1, state: 'running', params: { '1x': 1 } }
    ]);
    expect(refused).toMatchObject({ status: 400 });
    expect(
      (refused.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort()
    ).toEqual(['/body/trials/1/state', '/body/trials/2/number', '/body/trials/2/params/1x']);
    expect(await lab.trials(id)).toEqual([]);
  });

  it('that say nothing new are no change', async () => {
    const id = await lab.begin();
    const said = [...attempt(0, 1, ['running'], 0.5), ...attempt(1, 1, ['complete'], 0.5)];
    await lab.report(id, said);
    const seq = async () =>
      (await lab.test.db('experiments').where({ id }).first<{ seq: number }>('seq')).seq;
    const before = await seq();
    await lab.report(id, said);
    await lab.report(id, []);
    expect(await seq()).toBe(before);
  });

  it('of a hundred trials at once by many drivers keep every one', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => lab.begin()));
    await Promise.all(
      ids.flatMap(id =>
        Array.from({ length: 4 }, (_, quarter) =>
          lab.report(
            id,
            Array.from(
              { length: 100 },
              (_trial, i) => attempt(quarter * 100 + i, 1, ['complete'], i / 100)[0] ?? {}
            )
          )
        )
      )
    );
    for (const id of ids)
      expect(await lab.experiment(id)).toMatchObject({
        trialCounts: { complete: 400 },
        best: { number: 99, value: 0.99 }
      });
    expect((await lab.bob.send('GET', `${base}?limit=5`)).body).toMatchObject({
      items: expect.any(Array) as unknown[]
    });
  });
});
