import type { Role } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { datasetOf } from '../../../ui-tests/datasets-backend.js';
import type { IProject } from '../projects/projects.tokens.js';
import { sandboxPathOf } from './datasets.places.js';
import {
  carryRefusal,
  changeRefusal,
  datasetRefusal,
  folderRefusal,
  isReadOnly,
  lentRefusal
} from './datasets.rights.js';

const words = {
  __: (sentence: string, ...values: (string | number)[]) =>
    values.reduce<string>((text, value, index) => text.replace(`%${index + 1}`, String(value)), sentence),
  _n: (one: string) => one
};
const as = (role: Role) =>
  ({
    me: { project: { role } },
    members: [
      { displayName: 'Ada', role: 'data_owner' },
      { displayName: 'Bob', role: 'data_scientist' }
    ]
  }) as unknown as IProject;
const owner = as('data_owner');
const scientist = as('data_scientist');
const program = { dataset: 'Jupyter', path: 'a/b.py' };
const data = { dataset: 'Raw', path: 'a.csv' };

describe('who may do what with files', () => {
  it('an owner everything', () => {
    for (const place of [program, data])
      for (const way of ['in', 'out'] as const) expect(carryRefusal(owner, way, place, words)).toBeNull();
    expect(changeRefusal(owner, data, true, words)).toBeNull();
    expect(datasetRefusal(owner, words)).toBeNull();
  });

  it('a scientist programs only, and is told who can do more', () => {
    expect(carryRefusal(scientist, 'in', program, words)).toBeNull();
    expect(carryRefusal(scientist, 'out', program, words)).toBeNull();
    for (const place of [data, { dataset: 'Jupyter', path: 'a.csv' }]) {
      expect(carryRefusal(scientist, 'in', place, words)).toMatch(/only programs.*Ask Ada\.$/);
      expect(carryRefusal(scientist, 'out', place, words)).toMatch(/^Only data owners.*Ask Ada\.$/);
    }
    expect(datasetRefusal(scientist, words)).toMatch(/Ask Ada\.$/);
  });

  it('a scientist folders only where programs lie', () => {
    expect(folderRefusal(scientist, program, words)).toBeNull();
    expect(changeRefusal(scientist, { dataset: 'Jupyter', path: 'a' }, true, words)).toBeNull();
    expect(changeRefusal(scientist, data, false, words)).toBe('Only data owners change Raw. Ask Ada.');
  });

  it.each([
    [scientist, datasetOf('Raw'), true],
    [scientist, datasetOf('Raw', { editable: true }), false],
    [scientist, datasetOf('Models', { builtIn: true }), false],
    [owner, datasetOf('Raw'), false],
    [owner, datasetOf('roundworm::Raw', { sharedBy: 'roundworm', permission: 'read_only' }), true],
    [owner, datasetOf('roundworm::Raw', { sharedBy: 'roundworm', permission: 'editable' }), false]
  ])('whose programs only read which dataset (%#)', (who, dataset, readOnly) => {
    expect(isReadOnly(who, dataset)).toBe(readOnly);
  });

  it('what is shared read-only is nobody’s here to change, and it is said who can let them', () => {
    const lent = (permission: 'read_only' | 'editable') =>
      lentRefusal(datasetOf('roundworm::Raw', { sharedBy: 'roundworm', permission }), words);
    expect(lent('read_only')).toMatch(/^roundworm shares it read-only\. A data owner there/);
    expect(lent('editable')).toBeNull();
    expect(lentRefusal(datasetOf('Raw'), words)).toBeNull();
  });

  it('where a notebook server has them', () => {
    expect(sandboxPathOf(data)).toBe('Raw/a.csv');
    expect(sandboxPathOf({ dataset: 'roundworm::Raw', path: '' })).toBe('shared/roundworm::Raw');
  });
});
