import { describe, expect, it } from 'vitest';
import { costOf } from './experiments.cost.js';

const resources = { executors: 2, cores: 2, memory: 1024, gpus: 1 };
const limits = {
  ...{ cores: null, memory: null, gpus: null, gpuTypes: {}, servers: null, bytes: null, files: null },
  ...{ topics: null, coreHours: null, gpuHours: null }
};
const month = {
  from: '2026-11-01T00:00:00.000Z',
  turns: '2026-12-01T00:00:00.000Z',
  project: { coreHours: 3, gpuHours: 9 },
  user: { coreHours: 0, gpuHours: 0 }
};
const asked = { trials: 20, parallel: null, time: '' };

describe('what a search costs', () => {
  it('follows from the executors, the trials and how long one takes', () => {
    expect(costOf(asked, resources, null, 6)).toEqual({
      ...{ parallel: 4, rounds: 5, cores: 4, memory: 2048, gpus: 2, hours: 0.5, beyond: null }
    });
    expect(costOf({ ...asked, parallel: 9 }, resources, null, 6).parallel).toBe(4);
    expect(costOf({ ...asked, trials: 3 }, resources, null, 6).parallel).toBe(3);
  });

  it('is no more than the time that is given', () => {
    expect(costOf({ ...asked, time: '15m' }, resources, null, 60).hours).toBe(0.25);
    expect(costOf({ ...asked, time: '1h 30m', trials: null }, resources, null, 60).hours).toBe(1.5);
    expect(costOf({ ...asked, time: '90' }, resources, null, 60).hours).toBe(0.025);
    expect(costOf({ ...asked, trials: null }, resources, null, 60).hours).toBeNull();
  });

  it('says which of the month’s hours would not do', () => {
    const known = { limits: { ...limits, coreHours: 4 }, myLimits: limits, month };
    expect(costOf(asked, resources, known, 6).beyond).toEqual({ what: 'core-hours', left: 1 });
    const gpus = { limits: { ...limits, gpuHours: 9.5 }, myLimits: limits, month };
    expect(costOf(asked, resources, gpus, 6).beyond).toEqual({ what: 'gpu-hours', left: 0.5 });
    expect(costOf(asked, resources, { limits, myLimits: limits, month }, 6).beyond).toBeNull();
  });
});
