import { expect, it } from 'vitest';
import { trialOf } from '../../../ui-tests/sample.js';
import { compareTrials } from './experiments.compare.js';

it('marks what differs, also where one of them has nothing', () => {
  const { params, metrics } = compareTrials([
    trialOf(0, { params: { C: 1, kernel: 'rbf', gamma: 2 }, metrics: { loss: 3 } }),
    trialOf(1, { params: { C: 1, kernel: 'poly' }, metrics: {} })
  ]);
  expect(params.map(({ name, differ }) => [name, differ])).toEqual([
    ['C', false],
    ['kernel', true],
    ['gamma', true]
  ]);
  expect(metrics).toEqual([{ name: 'loss', values: [3, undefined], differ: true }]);
});
