import { expect, it } from 'vitest';
import { experimentOf, trialsOf } from '../../../ui-tests/sample.js';
import { bestAsCode } from './experiments.code.js';

it('writes the best hyperparameters as Python', () => {
  const best = { number: 3, value: 0.5, params: { lr: 1e-7, deep: true, kind: 'a "b"', seed: null, n: 3 } };
  expect(bestAsCode(experimentOf(1, [], { name: 'my\nsweep', best }))).toBe(
    '# my sweep: accuracy 0.5 (trial 3)\nbest = {"lr": 1e-7, "deep": True, "kind": "a \\"b\\"", "seed": None, "n": 3}\n'
  );
});

it('has nothing to write before a trial is complete', () => {
  expect(bestAsCode(experimentOf(1, []))).toBe('');
  expect(bestAsCode(experimentOf(1, trialsOf(3)))).not.toBe('');
});
