import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import type { experiments, provenance } from '@hopslab/schema';
import { againNotebook } from './experiments.again.js';

const trans = nullTranslator.load('hopslab');
const experiment = {
  ...{ id: '11111111-2222-4333-8444-555555555555', name: 'dig\nits `x`', planned: 40, parallel: 3 },
  ...{ metric: 'accu"racy', direction: 'maximize' },
  objectives: [{ metric: 'accu"racy', direction: 'maximize' }],
  ...{ algorithm: 'tpe', pruner: 'median', seed: 7 },
  startedAt: '2026-11-29T10:00:00.000Z',
  space: {
    C: { kind: 'loguniform', low: 0.001, high: 1000 },
    kernel: { kind: 'choice', options: ['rbf', "a'b", true, null, 1] },
    gamma: { kind: 'randint', low: 1, high: 9, step: 2, when: [{ name: 'kernel', in: ['rbf'] }] }
  }
} as unknown as experiments.Experiment;
const made = {
  ...{ code: 'def train(C, kernel, gamma=1):\n    return C', before: ['X = 1'], function: 'train' },
  createdBy: 'ada'
} as unknown as provenance.Provenance;
interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly source: string }[];
}

describe('a notebook that runs an experiment again', () => {
  it('checks, prepares, defines and runs the same search', () => {
    const { cells } = againNotebook(experiment, made, trans) as Notebook;
    expect(cells.map(({ cell_type }) => cell_type)).toEqual(['markdown', 'code', 'code', 'code', 'code']);
    expect(cells[0]?.source).toMatch(/^# dig its x , again\n\n/);
    expect(cells[1]?.source).toContain('again.check("11111111-2222-4333-8444-555555555555")');
    expect(cells[2]?.source).toBe('X = 1');
    expect(cells[3]?.source).toBe(made.code);
    const run = cells[4]?.source ?? '';
    expect(run).toContain('from hopslab.experiment import choice, loguniform, randint\n');
    expect(run).toContain('    "C": loguniform(0.001, 1000),\n');
    expect(run).toContain('    "kernel": choice("rbf", "a\'b", True, None, 1),\n');
    expect(run).toContain('    "gamma": randint(1, 9, 2).when(kernel=["rbf"]),\n');
    expect(run).toContain('    pruner="median",\n    seed=7,\n');
    expect(run).toContain('metric="accu\\"racy"');
  });

  it('takes for the function what is the name of one', () => {
    for (const name of ['train,\n__import__("os").abort()', 'f)(', '', 'x y']) {
      const { cells } = againNotebook(experiment, { ...made, function: name }, trans) as Notebook;
      expect(cells.at(-1)?.source).toContain('experiment.run(\n    train,\n    space,\n');
    }
    const { cells } = againNotebook(experiment, { ...made, function: 'größe_2' }, trans) as Notebook;
    expect(cells.at(-1)?.source).toContain('    größe_2,\n');
  });

  it('has a cell with the magic as it was', () => {
    const magic = { ...made, code: '%%experiment --trials 3\nC = uniform(0, 1)\ndef f(C): return C' };
    const { cells } = againNotebook(experiment, magic, trans) as Notebook;
    expect(cells.at(-1)?.source).toBe(magic.code);
  });
});
