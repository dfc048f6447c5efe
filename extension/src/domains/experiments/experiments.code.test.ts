import { expect, it } from 'vitest';
import { experimentOf, trialsOf } from '../../../ui-tests/sample.js';
import { bestAsCode, experimentAsCode, trialAsCode } from './experiments.code.js';

it('writes the best hyperparameters as Python', () => {
  const best = { number: 3, value: 0.5, params: { lr: 1e-7, deep: true, kind: 'a "b"', seed: null, n: 3 } };
  expect(bestAsCode(experimentOf(1, [], { name: 'my\nsweep', best }))).toBe(
    '# my sweep: accuracy 0.5 (trial 3)\nbest = {"lr": 1e-7, "deep": True, "kind": "a \\"b\\"", "seed": None, "n": 3}\n'
  );
});

it('lets no name and no metric of somebody else become code', () => {
  const best = { number: 3, value: 0.5, params: { lr: 1 } };
  const hostile = experimentOf(1, trialsOf(1), {
    best,
    name: 'a\rimport os',
    metric: 'acc\nimport os\u2028x\u0085\u202ey'
  });
  expect(bestAsCode(hostile)).toBe('# a import os: acc import os x y 0.5 (trial 3)\nbest = {"lr": 1}\n');
  const [trial] = trialsOf(1);
  expect(trial && trialAsCode(hostile, trial).split(/[\n\r\f]/)).toHaveLength(3);
});

it('has nothing to write before a trial is complete', () => {
  expect(bestAsCode(experimentOf(1, []))).toBe('');
  expect(bestAsCode(experimentOf(1, trialsOf(3)))).not.toBe('');
});

it('writes an experiment as Python, to run again with changes', () => {
  const space = {
    kernel: { kind: 'choice' as const, options: ['rbf', null, true] },
    degree: { kind: 'randint' as const, low: 2, high: 8, step: 2, when: [{ name: 'kernel', in: ['rbf'] }] }
  };
  const more = { space, pruner: 'asha', seed: 7, time: 900, tags: ['night'], name: 'a "b"' };
  expect(experimentAsCode(experimentOf(1, [], more))).toBe(`from hopslab import experiment

result = experiment.run(
    train,  # the function, as in the notebook or program of the experiment
    {
        "kernel": experiment.choice("rbf", None, True),
        "degree": experiment.randint(2, 8, 2).when(kernel=["rbf"]),
    },
    metric="accuracy",
    direction="maximize",
    trials=40,
    algorithm="random",
    parallel=3,
    pruner="asha",
    seed=7,
    time=900,
    name="a \\"b\\"",
    tags=["night"],
)
`);
});
