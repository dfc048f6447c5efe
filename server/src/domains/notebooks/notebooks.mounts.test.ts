import { describe, expect, it } from 'vitest';
import { mountsOf } from './notebooks.mounts.js';

describe('the mounts of a sandbox', () => {
  const machine = [{ source: '/env/base', target: '/opt/hopslab/base', writable: false }];

  it('are the machine’s and the datasets below /project, writable where the role allows it', () => {
    const datasets = [
      { dataset: 'digits', path: '/data/a/digits', writable: false },
      { dataset: 'Jupyter', path: '/data/a/Jupyter', writable: true }
    ];
    expect(mountsOf(machine, datasets)).toEqual([
      ...machine,
      { source: '/data/a/digits', target: '/project/digits', writable: false },
      { source: '/data/a/Jupyter', target: '/project/Jupyter', writable: true }
    ]);
  });
});
