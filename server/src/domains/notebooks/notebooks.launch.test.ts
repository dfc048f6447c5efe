import { describe, expect, it } from 'vitest';
import { createMachineGpus } from '../../adapters/sandbox/machine.gpus.js';
import type { Workplace } from '../../ports/workplace.js';
import { createLaunch } from './notebooks.launch.js';
import type { RunRow } from './notebooks.store.js';

const workplace: Workplace = {
  ...createMachineGpus([{ type: 'NVIDIA A100', count: 3 }]),
  mountsFor: () => Promise.resolve([]),
  javaHome: undefined,
  serverConfig: () => Promise.resolve(''),
  machine: { cores: 2, memory: 2 ** 33 },
  answers: () => Promise.resolve(false)
};

const run = (more: Partial<RunRow>): RunRow => ({
  id: 'a',
  project: 'atlas',
  username: 'ada',
  role: 'data_owner',
  lease: 'b',
  state: 'starting',
  step: '',
  fraction: 0,
  reason: null,
  socket: '/s',
  change: 1,
  started_at: new Date(),
  executors: 0,
  cores: 1,
  memory: 2 ** 30,
  gpus: 1,
  gpu_type: null,
  total_memory: 2 ** 30,
  gpu_indexes: [],
  executor_lease: null,
  compute: null,
  position: null,
  why: null,
  ...more
});

const launch = createLaunch({
  workplace,
  datasetMounts: () => Promise.resolve([]),
  idleMinutes: 1,
  sparkIdleMinutes: 1
});
const seen = async (more: Partial<RunRow>) => {
  const { env, devices } = await launch(run(more));
  return { cuda: env.CUDA_VISIBLE_DEVICES, ids: env.HOPSLAB_GPU_IDS, devices };
};

describe('the GPUs of a lease', () => {
  it('are the kernel’s where there are no executors', async () => {
    expect(await seen({ gpu_indexes: [2] })).toEqual({
      cuda: 'GPU-pretended-2',
      ids: 'GPU-pretended-2',
      devices: []
    });
  });

  it('are the executors’ where there are some: the kernel sees none', async () => {
    expect(await seen({ executors: 2, gpu_indexes: [0, 2] })).toEqual({
      cuda: '',
      ids: 'GPU-pretended-0,GPU-pretended-2',
      devices: []
    });
  });

  it('are none without a lease of one, so that a library finds none by itself', async () => {
    expect(await seen({ gpus: 0 })).toEqual({ cuda: '', ids: '', devices: [] });
  });
});
