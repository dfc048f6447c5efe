import { notebooks, type quota as contract } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { askedOf, executorsNow, freeOf, isImpossible, resourcesOf } from './resources.js';

const amounts = (
  cores: number,
  memory: number
): { cores: number; memory: number; gpus: number; servers: number } => ({
  cores,
  memory,
  gpus: 0,
  servers: 1
});

describe('resources', () => {
  it('add up per executor, and for the kernel alone without any', () => {
    const three = askedOf({ executors: 3, cores: 2, memory: 100, gpus: 1 });
    expect(three).toEqual({ cores: 6, memory: 300 + notebooks.driverMemory, gpus: 3, servers: 1 });
    expect(askedOf({ executors: 0, cores: 2, memory: 100, gpus: 0 })).toMatchObject({
      cores: 2,
      memory: 100
    });
    expect(askedOf({ executors: null, cores: null, memory: 1, gpus: null }).cores).toBe(0);
  });

  it('are free only where project, person and machine all have some left', () => {
    const share = (limit: number, used: number): object => ({
      limit: amounts(limit, 9),
      used: amounts(used, 10)
    });
    const quota = { project: share(8, 2), user: share(4, 1), machine: share(8, 7) };
    expect(freeOf(quota as Parameters<typeof freeOf>[0])).toEqual({
      cores: 1,
      memory: 0,
      gpus: 0,
      servers: 0
    });
  });

  describe('over what is free', () => {
    const share = (limit: number, used: number): object => ({
      limit: { cores: limit, memory: 2 ** 40, gpus: 0, servers: 1 },
      used: { cores: used, memory: 0, gpus: 0, servers: 0 }
    });
    const quota = {
      project: share(8, 5),
      user: share(8, 0),
      machine: share(8, 5)
    } as unknown as contract.Quota;
    const wish = (executors: number): Parameters<typeof askedOf>[0] => ({
      executors,
      cores: 1,
      memory: 1,
      gpus: 0
    });

    it('can be waited for unless they are over a limit itself', () => {
      expect(isImpossible(quota, askedOf(wish(8)))).toBe(false);
      expect(isImpossible(quota, askedOf(wish(9)))).toBe(true);
    });

    it('may be had in part', () => {
      expect(executorsNow(quota, wish(6))).toBe(3);
      expect(executorsNow(quota, { ...wish(2), cores: 4 })).toBeNull();
      expect(executorsNow(quota, wish(0))).toBeNull();
    });
  });

  it('are asked for only when complete, with a GPU type only where GPUs are', () => {
    expect(resourcesOf({ executors: 1, cores: null, memory: 1, gpus: 0 })).toBeNull();
    expect(resourcesOf({ executors: 1, cores: 1, memory: 1, gpus: 0 }, 'H200')).not.toHaveProperty('gpuType');
    expect(resourcesOf({ executors: 1, cores: 1, memory: 1, gpus: 1 }, 'H200')).toHaveProperty(
      'gpuType',
      'H200'
    );
  });
});
