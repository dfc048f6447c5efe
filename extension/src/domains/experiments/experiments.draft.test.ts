import { describe, expect, it } from 'vitest';
import { draftOf, faultOf, formOf, scalarOf, textOf } from './experiments.draft.js';
import type { FoundFunction } from './experiments.programs.js';

const found: FoundFunction = {
  name: 'train',
  cell: 3,
  line: 1,
  summary: '',
  parameters: [
    { name: 'lr', required: false, default: 0.01, proposal: { kind: 'loguniform', low: 0.001, high: 0.1 } },
    { name: 'units', required: false, default: 8, proposal: { kind: 'randint', low: 4, high: 16, step: 2 } },
    {
      name: 'kernel',
      required: true,
      proposal: { kind: 'choice', options: ['rbf', 'a,b', '1', true, null] }
    },
    { name: 'epochs', required: false, default: 5, proposal: { kind: 'choice', options: [5] } },
    { name: 'verbose', required: false, default: false }
  ],
  metrics: ['val_loss'],
  direction: 'minimize',
  reports: true,
  options: { trials: 7, name: 'digits' }
};

describe('a form', () => {
  it('begins with what the function proposes, and asks for the same', () => {
    const draft = draftOf('Jupyter/a.ipynb', found);
    expect(draft.parameters.map(({ kind }) => kind)).toEqual([
      'loguniform',
      'randint',
      'choice',
      'constant',
      'default'
    ]);
    expect(formOf(draft)).toMatchObject({
      ...{ path: 'Jupyter/a.ipynb', function: 'train', cell: 3, trials: 7, name: 'digits' },
      ...{ metric: 'val_loss', direction: 'minimize', pruner: null, time: null, seed: null },
      space: {
        lr: { kind: 'loguniform', low: 0.001, high: 0.1 },
        units: { kind: 'randint', low: 4, high: 16, step: 2 },
        kernel: { kind: 'choice', options: ['rbf', 'a,b', '1', true, null] },
        epochs: { kind: 'choice', options: [5] }
      }
    });
  });

  it('proposes to give up bad trials of a function that reports, but of a cell only as it says', () => {
    const pruner = (options: FoundFunction['options'], reports = true) =>
      draftOf('a.py', { ...found, reports, options }).pruner;
    expect(pruner({})).toBe('median');
    expect(pruner({}, false)).toBe('');
    expect(pruner({ metric: 'value' })).toBe('');
    expect(pruner({ metric: 'value', pruner: 'asha:least=2' })).toBe('asha');
  });

  it('asks for several metrics with a direction for each', () => {
    const options = { metric: ['accuracy', 'size'], direction: ['maximize', 'minimize'] };
    const draft = draftOf('a.py', { ...found, options });
    expect(draft.metric).toBe('accuracy, size');
    expect(formOf(draft)).toMatchObject(options);
    expect(formOf({ ...draft, metric: 'accuracy, size,time ,' })).toMatchObject({
      metric: ['accuracy', 'size', 'time'],
      direction: ['maximize', 'minimize', 'minimize']
    });
    expect(formOf({ ...draft, metric: '' })).toMatchObject({ metric: '', direction: 'maximize' });
  });

  it('keeps what is no number for the notebook server to refuse', () => {
    const draft = draftOf('a.py', found);
    const parameters = draft.parameters.map(one => (one.name === 'lr' ? { ...one, low: 'x' } : one));
    expect(formOf({ ...draft, parameters }).space).toMatchObject({ lr: { low: 'x' } });
  });

  it('reads and writes values as people and Python do', () => {
    for (const value of ['rbf', '1', 'a,b', 'True', 'None', '', 'it’s', 2.5, 1e-7, true, false, null])
      expect(scalarOf(textOf(value))).toBe(value);
    expect(scalarOf(' True ')).toBe(true);
    expect(scalarOf("'x'")).toBe('x');
  });

  it('says all faults of a field', () => {
    const faults = [
      { field: 'space/lr', detail: 'One.' },
      { field: 'space/lr', detail: 'Two.' },
      { field: '', detail: 'Three.' }
    ];
    expect(faultOf(faults, 'space/lr')).toBe('One. Two.');
    expect(faultOf(faults, 'name')).toBeUndefined();
  });
});
