import { describe, expect, it } from 'vitest';
import { isGranted } from '../../platform/verdict.js';
import { canOnShared, type SharedFacts } from './shares.policy.js';

const [owner, scientist] = [{ role: 'data_owner' }, { role: 'data_scientist' }] as const;
const share = (permission: SharedFacts['permission'], editable: boolean): SharedFacts => ({
  owner: 'atlas',
  name: 'Jupyter',
  permission,
  editable,
  public: false
});

describe('a shared dataset', () => {
  it.each([
    // permission, dataset says editable: whose programs write
    ['read_only', false, false, false],
    ['read_only', true, false, false],
    ['editable', false, true, false],
    ['editable', true, true, true]
  ] as const)('shared %s, editable there %s, is written by owners %s, scientists %s', (...row) => {
    const [permission, editable, owners, scientists] = row;
    const write = (who: typeof owner | typeof scientist) =>
      isGranted(canOnShared(who, 'dataset.write', share(permission, editable)));
    expect([write(owner), write(scientist)]).toEqual([owners, scientists]);
  });

  it('is read by every member, by the share', () => {
    for (const who of [owner, scientist])
      expect(canOnShared(who, 'dataset.view', share('read_only', false))).toEqual({ by: 'share' });
  });

  it('is carried by data owners alone, inwards where it is editable', () => {
    const carries = (who: typeof owner | typeof scientist, permission: SharedFacts['permission']) =>
      (['data.import', 'data.export'] as const).map(action =>
        isGranted(canOnShared(who, action, share(permission, true)))
      );
    expect(carries(owner, 'read_only')).toEqual([false, true]);
    expect(carries(owner, 'editable')).toEqual([true, true]);
    expect(carries(scientist, 'read_only')).toEqual([false, false]);
    expect(carries(scientist, 'editable')).toEqual([false, false]);
  });

  it('says who can help where the share is in the way', () => {
    expect(canOnShared(owner, 'data.import', share('read_only', true))).toMatchObject({
      missing: 'data.import',
      help: expect.stringContaining('A data owner of the project atlas') as string
    });
  });
});
