import { describe, expect, it } from 'vitest';
import { canOnExperiment } from './experiments.policy.js';

const ada = { user: 'ada', role: 'data_owner' } as const;
const bob = { user: 'bob', role: 'data_scientist' } as const;
const eve = { user: 'eve', role: 'data_scientist' } as const;

describe('an experiment of bob’s', () => {
  it('is stopped by him and by data owners', () => {
    expect(canOnExperiment(bob, 'experiment.stop', 'bob')).toEqual({ by: 'creator' });
    expect(canOnExperiment(ada, 'experiment.stop', 'bob')).toEqual({ by: 'role' });
    expect(canOnExperiment(eve, 'experiment.stop', 'bob')).toMatchObject({
      missing: 'experiment.stop-others',
      why: 'bob began this experiment.'
    });
  });

  it('is reported on by nobody else, not even a data owner', () => {
    expect(canOnExperiment(bob, 'experiment.report', 'bob')).toEqual({ by: 'creator' });
    expect(canOnExperiment(ada, 'experiment.report', 'bob')).toMatchObject({ missing: 'experiment.report' });
  });

  it('is seen by everybody', () => {
    expect(canOnExperiment(eve, 'experiment.view', 'bob')).toEqual({ by: 'role' });
  });
});
