import { nullTranslator } from '@jupyterlab/translation';
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

const trans = nullTranslator.load('hopslab');
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
      for (const way of ['in', 'out'] as const) expect(carryRefusal(owner, way, place, trans)).toBeNull();
    expect(changeRefusal(owner, data, true, trans)).toBeNull();
    expect(datasetRefusal(owner, trans)).toBeNull();
  });

  it('a scientist programs only, and is told who can do more', () => {
    expect(carryRefusal(scientist, 'in', program, trans)).toBeNull();
    expect(carryRefusal(scientist, 'out', program, trans)).toBeNull();
    for (const place of [data, { dataset: 'Jupyter', path: 'a.csv' }]) {
      expect(carryRefusal(scientist, 'in', place, trans)).toMatch(/only programs.*Ask Ada\.$/);
      expect(carryRefusal(scientist, 'out', place, trans)).toMatch(/^Only data owners.*Ask Ada\.$/);
    }
    expect(datasetRefusal(scientist, trans)).toMatch(/Ask Ada\.$/);
  });

  it('a scientist folders only where programs lie', () => {
    expect(folderRefusal(scientist, program, trans)).toBeNull();
    expect(changeRefusal(scientist, { dataset: 'Jupyter', path: 'a' }, true, trans)).toBeNull();
    expect(changeRefusal(scientist, data, false, trans)).toBe('Only data owners change Raw. Ask Ada.');
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
      lentRefusal(datasetOf('roundworm::Raw', { sharedBy: 'roundworm', permission }), trans);
    expect(lent('read_only')).toMatch(/^roundworm shares it read-only\. A data owner there/);
    expect(lent('editable')).toBeNull();
    expect(lentRefusal(datasetOf('Raw'), trans)).toBeNull();
  });

  it('where a notebook server has them', () => {
    expect(sandboxPathOf(data)).toBe('Raw/a.csv');
    expect(sandboxPathOf({ dataset: 'roundworm::Raw', path: '' })).toBe('shared/roundworm::Raw');
  });
});
