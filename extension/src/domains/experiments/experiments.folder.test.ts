import { describe, expect, it } from 'vitest';
import { folderOf, logOf } from './experiments.folder.js';

const id = '3f2a9c1b-0000-4000-8000-000000000000';

describe('the folder of an experiment', () => {
  // The same as in kernels/tests/test_folders.py.
  it.each([
    ['digits', 'digits'],
    ['My best, 3rd/try', 'My-best-3rd-try'],
    ['../../etc/passwd\n', 'etc-passwd'],
    ['Größe', 'Gr-e'],
    ['…', 'experiment'],
    ['x'.repeat(200), 'x'.repeat(60)]
  ])('of %j begins with %s', (name, readable) => {
    expect(folderOf({ id, name })).toBe(`${readable}-3f2a9c1b`);
  });

  it('holds the log of each trial', () => {
    expect(logOf({ id, name: 'digits' }, 7)).toBe('Experiments/digits-3f2a9c1b/trial-00007/output.log');
  });
});
