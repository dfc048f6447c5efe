import { describe, expect, it } from 'vitest';
import { devicesOf, listGpus, parseGpus } from './nvidia.gpus.js';

describe('GPUs', () => {
  it('are read from what nvidia-smi lists', () => {
    const listed =
      'GPU 0: NVIDIA H200 (UUID: GPU-1)\n  MIG 1g.18gb Device 0: (UUID: MIG-2)\nGPU 1: NVIDIA L4 (UUID: GPU-3)\n';
    expect(parseGpus(listed)).toEqual([
      { index: 0, type: 'NVIDIA H200' },
      { index: 1, type: 'NVIDIA L4' }
    ]);
  });

  it('that are none come with a reason', async () => {
    const { gpus, reason } = await listGpus();
    expect(reason === null).toBe(gpus.length > 0);
  });

  it('bring their own device nodes only, and none without a lease of one', () => {
    expect(devicesOf([])).toEqual([]);
    expect(devicesOf([1])).toContain('/dev/nvidia1');
    expect(devicesOf([1])).not.toContain('/dev/nvidia0');
  });
});
