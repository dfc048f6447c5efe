import type { experiments } from '@hopslab/schema';
import { expect } from 'vitest';
import { until } from './patience.js';
import type { Person } from './person.js';
import type { Workplace } from './workplace.js';

type Experiment = experiments.Experiment;
type Trial = experiments.Trial;

/** A sweep of short trials; each returns what it was given, so that a mixed-up value shows. */
export const sweepCell = (name: string, trials: number, seconds = 0.15): string =>
  [
    `%%experiment --name ${name} --metric m --direction maximize --trials ${String(trials)} --parallel 2 --algorithm random`,
    'x = uniform(0, 1)',
    '',
    'def train(x):',
    '    import time',
    `    time.sleep(${String(seconds)})`,
    '    return {"m": x}'
  ].join('\n');

export const createSweeps = (person: Person, { path }: Workplace) => {
  const find = async (name: string): Promise<Experiment | undefined> => {
    const { items } = await person.ask<{ items: Experiment[] }>(`${path}/experiments?limit=100`);
    return items.find(one => one.name === name);
  };

  const trials = async (id: string): Promise<Trial[]> => {
    const all: Trial[] = [];
    for (let cursor = ''; ;) {
      const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await person.ask<{ items: Trial[]; nextCursor: string | null }>(
        `${path}/experiments/${id}/trials?limit=100${more}`
      );
      all.push(...page.items);
      if (page.nextCursor === null) return all;
      cursor = page.nextCursor;
    }
  };

  return {
    trials,
    /** The sweep once so many of its trials are complete. */
    underWay: (name: string, complete: number): Promise<Experiment> =>
      until(`sweep ${name} with ${String(complete)} trials done`, async () => {
        const now = await find(name);
        return now && now.trialCounts.complete >= complete ? now : undefined;
      }),
    over: (name: string, ms?: number): Promise<Experiment> =>
      until(
        `end of the sweep ${name}`,
        async () => {
          const now = await find(name);
          return now?.endedAt ? now : undefined;
        },
        ms
      )
  };
};
export type Sweeps = ReturnType<typeof createSweeps>;

const numbers = (trials: readonly Trial[]): number[] => trials.map(({ number }) => number);
const complete = (trials: readonly Trial[]): Trial[] => trials.filter(({ state }) => state === 'complete');

/** Each trial is there once, with the value that its own parameters give. */
export const expectOnce = (trials: readonly Trial[]): void => {
  expect(numbers(trials)).toEqual([...new Set(numbers(trials))]);
  for (const { params, value } of complete(trials)) expect(value).toBe(params['x']);
};

/** What was seen done before is there as it was. */
export const expectKept = (before: readonly Trial[], after: readonly Trial[]): void => {
  expect(complete(before).length).toBeGreaterThan(0);
  for (const trial of complete(before))
    expect(after.find(({ number }) => number === trial.number)).toEqual(trial);
};

/** Every planned trial has ended, however often somebody was killed. */
export const expectWhole = (trials: readonly Trial[], planned: number): void => {
  expectOnce(trials);
  expect(numbers(trials)).toEqual(Array.from({ length: planned }, (_, number) => number));
};
