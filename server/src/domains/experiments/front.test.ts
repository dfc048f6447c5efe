import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, sweep, type Lab } from '../../testing/lab.js';
import { dominates, frontWith, placeOf, type Place } from './front.js';

const numbersOf = (places: readonly Place[]): number[] =>
  places.map(({ number }) => number).sort((a, b) => a - b);

describe('the front', () => {
  const places = fc
    .array(fc.tuple(fc.integer({ max: 5, min: 0 }), fc.integer({ max: 5, min: 0 })), { maxLength: 40 })
    .map(all => all.map((losses, number): Place => ({ number, losses })));

  it('is what no other dominates, in whichever batches the trials come', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 0, max: 40 }), (all, cut) => {
        const front = frontWith(frontWith([], all.slice(0, cut)), all.slice(cut));
        expect(numbersOf(front)).toEqual(
          numbersOf(all.filter(one => !all.some(other => dominates(other, one))))
        );
      })
    );
  });

  it('is bounded: once it is full only one that is better than some joins', () => {
    const even = (number: number): Place => ({ number, losses: [number, -number] });
    const full = frontWith(
      [],
      Array.from({ length: 5 }, (_, number) => even(number)),
      3
    );
    expect(numbersOf(full)).toEqual([0, 1, 2]);
    expect(numbersOf(frontWith(full, [{ number: 9, losses: [-1, -9] }], 3))).toEqual([9]);
  });

  it('compares only trials that have every metric', () => {
    const objectives = [
      { metric: 'a', direction: 'maximize' as const },
      { metric: 'b', direction: 'minimize' as const }
    ];
    expect(placeOf(1, [2, 3], objectives)).toEqual({ number: 1, losses: [-2, 3] });
    expect(placeOf(1, [2, null], objectives)).toBeNull();
    expect(placeOf(1, [2], objectives)).toBeNull();
  });
});

describe('an experiment of several metrics', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab.test.close());

  const also = [{ metric: 'size', direction: 'minimize' }];
  const complete = (number: number, accuracy: number, size: number | null, more = {}) => ({
    number,
    state: 'complete',
    params: { C: number },
    value: accuracy,
    metrics: { accuracy, ...(size === null ? {} : { size }) },
    ...more
  });
  const marked = async (id: string): Promise<number[]> =>
    (await lab.trials(id)).filter(({ front }) => front === true).map(({ number }) => number);

  it('has a front instead of a best trial', async () => {
    const id = await lab.begin({ also });
    expect(await lab.experiment(id)).toMatchObject({
      metric: 'accuracy',
      objectives: [{ metric: 'accuracy', direction: 'maximize' }, ...also],
      best: null,
      front: 0
    });
    await lab.report(id, [
      complete(0, 0.5, 5),
      complete(1, 0.9, 9),
      complete(2, 0.4, 6),
      complete(3, 0.9, null)
    ]);
    expect(await marked(id)).toEqual([0, 1]);
    await lab.report(id, [complete(4, 0.9, 5), { number: 5, state: 'failed', params: { C: 5 } }]);
    expect(await marked(id)).toEqual([4]);
    expect(await lab.experiment(id)).toMatchObject({ best: null, front: 1, trialCounts: { complete: 5 } });
  });

  it('tells those who follow which trials are not on it any more', async () => {
    const id = await lab.begin({ also });
    await lab.report(id, [complete(0, 0.5, 5), complete(1, 0.6, 6)]);
    const last = async () =>
      (
        await lab.test
          .db('trials')
          .where({ experiment: id })
          .orderBy('seq', 'desc')
          .select<{ number: number }[]>('number')
      ).map(({ number }) => number);
    await lab.report(id, [complete(2, 0.55, 4)]);
    expect((await last()).slice(0, 2).sort()).toEqual([0, 2]);
    const before = await lab.test.db('trials').where({ experiment: id }).max('seq');
    await lab.report(id, [complete(3, 0.1, 9), complete(2, 0.55, 4)]);
    expect(await lab.test.db('trials').where({ experiment: id }).whereNot({ number: 3 }).max('seq')).toEqual(
      before
    );
  });

  it('looks again where a trial that was on it is run again', async () => {
    const id = await lab.begin({ also });
    await lab.report(id, [complete(0, 0.5, 5), complete(1, 0.9, 4)]);
    expect(await marked(id)).toEqual([1]);
    await lab.report(id, [{ number: 1, attempt: 2, state: 'running', params: { C: 1 } }]);
    expect(await marked(id)).toEqual([0]);
    expect(await lab.experiment(id)).toMatchObject({ front: 1 });
    await lab.report(id, [complete(1, 0.7, 4, { attempt: 2 })]);
    expect(await marked(id)).toEqual([1]);
  });

  it('names each metric once, and no more than four', async () => {
    const body = await lab.driver.send('POST', base, {
      body: { ...sweep, also: [{ metric: 'accuracy', direction: 'minimize' }] }
    });
    expect(body).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ pointer: '/body/also/0/metric' }] }
    });
  });

  it('of one metric is as ever', async () => {
    const id = await lab.begin();
    await lab.report(id, [complete(0, 0.5, 5)]);
    expect(await lab.experiment(id)).toMatchObject({
      objectives: [{ metric: 'accuracy', direction: 'maximize' }],
      best: { number: 0 },
      front: null
    });
    expect(await marked(id)).toEqual([]);
  });
});
