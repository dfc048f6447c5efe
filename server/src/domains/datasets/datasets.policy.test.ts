import { describe, expect, it } from 'vitest';
import { canCarry, programsMayWrite } from './datasets.policy.js';

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
    expect(canCarry('data_scientist', 'in', dataset, path)).toBe(may);
    expect(canCarry('data_scientist', 'out', dataset, path)).toBe(may);
    expect(canCarry('data_owner', 'in', dataset, path)).toBe(true);
    expect(canCarry('data_owner', 'out', dataset, path)).toBe(true);
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
});
