import { describe, expect, it } from 'vitest';
import { isGranted } from '../../platform/verdict.js';
import { canInProject, canOnMember, canRemove } from './projects.policy.js';

const ada = { user: 'ada', role: 'data_owner' } as const;
const bob = { user: 'bob', role: 'data_scientist' } as const;

describe('a member', () => {
  it('does in the project what the role says', () => {
    expect(canInProject(ada, 'members.manage')).toEqual({ by: 'role' });
    expect(canInProject(bob, 'notebook.run')).toEqual({ by: 'role' });
    expect(canInProject(bob, 'members.manage')).toMatchObject({
      missing: 'members.manage',
      why: 'your role in the project is data scientist.'
    });
  });

  it('is removed by a data owner, or leaves', () => {
    expect(canRemove(ada, 'bob')).toEqual({ by: 'role' });
    expect(canRemove(bob, 'bob')).toEqual({ by: 'self' });
    expect(canRemove(ada, 'ada')).toEqual({ by: 'self' });
    expect(canRemove(bob, 'ada')).toMatchObject({ missing: 'members.manage' });
    expect(isGranted(canOnMember(ada, 'members.leave', 'bob'))).toBe(false);
  });
});
