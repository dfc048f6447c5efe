import { notebooks } from '@hopslab/schema';
import { describe, expect, it } from 'vitest';
import { nothing, sum } from '../quota/index.js';
import { executorsOf, serverOf } from './notebooks.amounts.js';

const gibibyte = 2 ** 30;

describe('what resources come to', () => {
  const each = { cores: 2, memory: gibibyte, gpus: 1 };

  it('is the kernel’s without executors, and theirs with the driver’s memory with some', () => {
    expect(notebooks.totalOf({ executors: 0, ...each })).toEqual({
      cores: 2,
      memory: gibibyte,
      gpus: 1,
      servers: 1
    });
    expect(notebooks.totalOf({ executors: 3, ...each })).toEqual({
      cores: 6,
      memory: 3 * gibibyte + notebooks.driverMemory,
      gpus: 3,
      servers: 1
    });
  });

  it('is the server’s part, with all GPUs, and the executors’', () => {
    expect(serverOf({ executors: 0, ...each })).toEqual(notebooks.totalOf({ executors: 0, ...each }));
    expect(executorsOf({ executors: 0, ...each })).toEqual(nothing);
    for (const executors of [1, 2, 7]) {
      const asked = { executors, ...each };
      expect(serverOf(asked)).toEqual({
        cores: 0,
        memory: notebooks.driverMemory,
        gpus: executors,
        servers: 1
      });
      expect(sum([serverOf(asked), executorsOf(asked)])).toEqual(notebooks.totalOf(asked));
    }
  });
});
