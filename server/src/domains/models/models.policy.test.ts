import { expect, it } from 'vitest';
import { canOnModel } from './models.policy.js';

const ada = { user: 'ada', role: 'data_owner' } as const;
const bob = { user: 'bob', role: 'data_scientist' } as const;
const eve = { user: 'eve', role: 'data_scientist' } as const;

it.each(['model.register', 'model.delete'] as const)(
  '%s of a version that is there is its own person’s, and the data owners’',
  action => {
    expect(canOnModel(bob, action, 'bob')).toEqual({ by: 'creator' });
    expect(canOnModel(ada, action, 'bob')).toEqual({ by: 'role' });
    expect(canOnModel(eve, action, 'bob')).toMatchObject({
      missing: 'model.delete-others',
      why: 'bob registered this version.'
    });
  }
);

it('is seen by everybody', () => {
  expect(canOnModel(eve, 'model.view', 'bob')).toEqual({ by: 'role' });
});
