import { describe, expect, it } from 'vitest';
import { datasetAt, mountsOf, overdueOf, targetOf } from './notebooks.mounts.js';

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

  it('of what other projects share are in a folder of their own', () => {
    const shared = { dataset: 'atlas::digits', path: '/data/atlas/digits', writable: false };
    expect(mountsOf([], [shared])).toEqual([
      { source: '/data/atlas/digits', target: '/project/shared/atlas::digits', writable: false }
    ]);
  });
});

describe('what is mounted', () => {
  it.each([
    ['Jupyter', { project: 'atlas', dataset: 'Jupyter' }],
    ['borea::digits', { project: 'borea', dataset: 'digits' }]
  ])('at the place of %s is that dataset', (name, its) => {
    expect(datasetAt('atlas', targetOf(name))).toEqual(its);
  });
  it.each(['/project', '/project/', '/project/shared/', '/scratch', '/project/a/b', '/project/shared/x'])(
    'at %s is none',
    target => {
      expect(datasetAt('atlas', target)).toBeUndefined();
    }
  );
});

describe('a shared folder that is mounted', () => {
  const target = '/project/shared/atlas::digits';
  const mounted = (writable: boolean) => [
    { target: '/project/digits', writable: true },
    { target, writable }
  ];

  it.each([
    // as it is mounted, as it is granted: whether it is to go
    [false, undefined, true],
    [true, undefined, true],
    [false, false, false],
    [false, true, false],
    [true, true, false],
    [true, false, true]
  ])('writable %s and granted %s is overdue: %s', (writable, granted, goes) => {
    const grants = granted === undefined ? [] : [{ dataset: 'atlas::digits', writable: granted }];
    expect(overdueOf(mounted(writable), grants)).toEqual(goes ? [target] : []);
  });

  it('of the project itself goes where it is mounted writable and may be read only', () => {
    const digits = (writable: boolean) => [{ dataset: 'digits', writable }];
    expect(overdueOf(mounted(false), digits(false))).toEqual(['/project/digits', target]);
    expect(overdueOf(mounted(false), digits(true))).toEqual([target]);
    expect(overdueOf([{ target: '/project/digits', writable: false }], digits(false))).toEqual([]);
  });
});
