import { describe, expect, it } from 'vitest';
import { isGranted } from '../../platform/verdict.js';
import { canCarry, canOnDataset, programsMayWrite, rightsOnFile } from './datasets.policy.js';

const [owner, scientist] = [{ role: 'data_owner' }, { role: 'data_scientist' }] as const;

describe('files', () => {
  it.each([
    ['Jupyter', 'a/b.ipynb', true],
    ['Notebooks', 'x.PY', true],
    ['Resources', 'lib.jar', true],
    ['Resources', 'data.csv', false],
    ['Resources', 'data.py.csv', false],
    ['Resources', 'py', false],
    ['Logs', 'run.py', false],
    ['Experiments', 'x.ipynb', false],
    ['genes', 'x.py', false]
  ])('in %s called %s are a data scientist’s to carry: %s', (dataset, path, may) => {
    for (const way of ['in', 'out'] as const) {
      expect(isGranted(canCarry(scientist, way, dataset, path))).toBe(may);
      expect(canCarry(owner, way, dataset, path)).toEqual({ by: 'role' });
    }
  });

  it('that are data are refused with the right that is missing', () => {
    expect(canCarry(scientist, 'out', 'genes', 'x.csv')).toMatchObject({
      missing: 'data.export',
      why: expect.stringContaining('only programs') as string
    });
    expect(rightsOnFile({ name: 'genes', editable: false }, 'x.csv').actions).toContain('data.import');
    expect(rightsOnFile({ name: 'Jupyter', editable: false }, 'x.py').actions).toContain('program.upload');
  });
});

describe('programs of a data scientist', () => {
  it.each([
    ['Jupyter', true],
    ['Notebooks', true],
    ['Resources', true],
    ['Experiments', true],
    ['Models', true],
    ['Logs', false],
    ['genes', false]
  ])('write in %s: %s', (name, may) => {
    expect(programsMayWrite('data_scientist', { name, editable: false })).toBe(may);
    expect(programsMayWrite('data_scientist', { name, editable: true })).toBe(true);
    expect(programsMayWrite('data_owner', { name, editable: false })).toBe(true);
  });

  it('write by the grant that is named', () => {
    const write = (name: string, editable: boolean) =>
      canOnDataset(scientist, 'dataset.write', { name, editable });
    expect(write('Models', false)).toEqual({ by: 'built-in' });
    expect(write('genes', true)).toEqual({ by: 'editable' });
    expect(write('genes', false)).toMatchObject({ missing: 'dataset.write' });
    expect(canOnDataset(owner, 'dataset.write', { name: 'genes', editable: false })).toEqual({ by: 'role' });
  });
});
