import { describe, expect, it } from 'vitest';
import { programsMayWrite } from '../datasets/datasets.policy.js';
import { mountsOf } from './notebooks.mounts.js';

describe('the mounts of a sandbox', () => {
  const machine = [{ source: '/env/base', target: '/opt/hopslab/base', writable: false }];

  it('are the machine’s and the datasets below /project', () => {
    expect(mountsOf(machine, [{ dataset: 'digits', path: '/data/a/digits', writable: true }])).toEqual([
      ...machine,
      { source: '/data/a/digits', target: '/project/digits', writable: true }
    ]);
  });

  it.each([
    ['data_owner', 'digits', false, true],
    ['data_owner', 'Logs', false, true],
    ['data_scientist', 'digits', false, false],
    ['data_scientist', 'digits', true, true],
    ['data_scientist', 'Logs', false, false],
    ['data_scientist', 'Jupyter', false, true],
    ['data_scientist', 'Models', false, true]
  ] as const)('let a %s write in %s (editable: %s): %s', (role, name, editable, may) => {
    expect(programsMayWrite(role, { name, editable })).toBe(may);
  });
});
