import { notebooks } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { freeOf, resourcesOf, askedOf } from './resources.js';

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

  it('are asked for only when complete, with a GPU type only where GPUs are', () => {
    expect(resourcesOf({ executors: 1, cores: null, memory: 1, gpus: 0 })).toBeNull();
    expect(resourcesOf({ executors: 1, cores: 1, memory: 1, gpus: 0 }, 'H200')).not.toHaveProperty('gpuType');
    expect(resourcesOf({ executors: 1, cores: 1, memory: 1, gpus: 1 }, 'H200')).toHaveProperty(
      'gpuType',
      'H200'
    );
  });
});
