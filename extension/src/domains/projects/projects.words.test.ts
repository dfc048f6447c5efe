import { nullTranslator } from '@jupyterlab/translation';
import type { notebooks } from '@hopslab/schema';
import { expect, it } from 'vitest';
import { computeWord } from './projects.words.js';

const trans = nullTranslator.load('hopslab');

it('tells who has the executors, how many of them, and who wants some back', () => {
  const held: notebooks.Compute = {
    state: 'held',
    holder: 'sweep.ipynb',
    since: '2026-11-22T10:00:00Z',
    executors: 4,
    wanted: 4,
    keep: 4
  };
  expect(computeWord(undefined, trans)).toMatch(/not held/);
  expect(computeWord(held, trans)).toBe('held by sweep.ipynb');
  expect(computeWord({ ...held, wanted: 6, keep: 2, keepReason: 'bob waits for some of it.' }, trans)).toBe(
    '4 of 6 held by sweep.ipynb, which takes more when they are free; 2 wanted back for others: bob waits for some of it.'
  );
  expect(computeWord({ ...held, state: 'queued', executors: 0, keep: 0, queuePosition: 2 }, trans)).toBe(
    'sweep.ipynb waits for them, number 2 in the queue'
  );
});
