import { setTimeout as pause } from 'node:timers/promises';
import type { experiments } from '@hopslab/schema';
import { expect } from 'vitest';
import type { Person } from './person.js';
import type { Sweeps } from './sweep.js';
import type { Workplace } from './workplace.js';

/**
 * A program that reports a trial after another while everything around it is killed, and writes down which reports
 * were accepted: answered 2xx.
 */
export const keepLedger = async (person: Person, { path }: Workplace, sweeps: Sweeps) => {
  const { id } = await person.ask<experiments.Experiment>(`${path}/experiments`, {
    method: 'POST',
    body: {
      name: 'ledger',
      metric: 'm',
      direction: 'maximize',
      algorithm: 'none',
      space: { x: { kind: 'uniform', low: 0, high: 1e9 } },
      planned: 1_000_000,
      parallel: 1
    }
  });
  const accepted: number[] = [];
  const over = new AbortController();
  let refused = 0;

  const report = async (number: number): Promise<void> => {
    const body = { trials: [{ number, state: 'complete', params: { x: number }, value: number }] };
    const { status } = await person.once(`${path}/experiments/${id}/trials/batch`, { method: 'POST', body });
    if (status === 200) accepted.push(number);
    else refused += 1;
  };

  const work = (async () => {
    for (let number = 0; !over.signal.aborted; number += 1) {
      await report(number).catch(() => (refused += 1));
      await pause(20);
    }
  })();

  return {
    accepted,
    get refused() {
      return refused;
    },
    /** Ends the program; every accepted report is there, once, with its value. */
    async close(): Promise<void> {
      over.abort();
      await work;
      const there = new Map((await sweeps.trials(id)).map(trial => [trial.number, trial.value]));
      expect(accepted.length).toBeGreaterThan(0);
      expect(accepted.filter(number => there.get(number) !== number)).toEqual([]);
      await person.ask(`${path}/experiments/${id}/finish`, { method: 'POST', body: { state: 'complete' } });
    }
  };
};
export type Ledger = Awaited<ReturnType<typeof keepLedger>>;
