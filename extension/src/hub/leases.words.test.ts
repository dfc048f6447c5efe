import { nullTranslator } from '@jupyterlab/translation';
import type { quota } from '@hopslab/schema';
import { expect, it } from 'vitest';
import { purposeOf, reasonsOf } from './leases.words.js';

const trans = nullTranslator.load('hopslab');
const lease = (more: Partial<quota.Lease> = {}): quota.Lease => ({
  id: 'a',
  user: 'ada',
  for: 'spark',
  state: 'held',
  executors: 2,
  cores: 2,
  memory: 2 ** 31,
  gpus: 0,
  since: '2026-11-22T10:00:00Z',
  ...more
});

it('tells how many executors there are of how many, and how many are wanted back', () => {
  const told = (more: Partial<quota.Lease>) => purposeOf(trans, lease(more));
  expect(told({})).toBe('2 executors');
  expect(told({ executors: 1 })).toBe('1 executor');
  expect(told({ wanted: 4 })).toBe('2 of 4 executors');
  expect(told({ executors: 4, keep: 2 })).toBe('4 executors, 2 wanted back for others');
  expect(told({ state: 'queued', queuePosition: 3 })).toBe('waits for 2 executors, number 3 in the queue');
});

it('tells who waits, and what is waited for', () => {
  expect(reasonsOf(lease())).toBe('');
  expect(reasonsOf(lease({ keepReason: 'bob waits.', reason: 'No core is free.' }))).toBe(
    'bob waits. No core is free.'
  );
});
