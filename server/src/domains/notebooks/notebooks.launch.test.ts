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
  forwarder: () => Promise.resolve('forwarder'),
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
  more_lease: null,
  compute: null,
  outdated: false,
  position: null,
  why: null,
  ...more
});

const launch = createLaunch({
  workplace,
  datasetMounts: () => Promise.resolve([]),
  opensEgress: (project, role) => Promise.resolve(project === 'open' && role === 'data_owner'),
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

describe('the way to the internet', () => {
  it('is there, with what programs look for, where it is open', async () => {
    const { command, env, files } = await launch(run({ project: 'open' }));
    expect(command.slice(-3)).toEqual(['/opt/hopslab/lab/bin/python', '-m', 'hopslab_server']);
    expect(command).toContain('/run/hopslab/egress.sock');
    expect(files?.['/etc/hopslab/forward.py']).toBe('forwarder');
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])
      expect(env[name]).toBe('http://127.0.0.1:3128');
    expect(env['NO_PROXY']).toBe('localhost,127.0.0.1,::1');
  });

  it.each([{}, { project: 'open', role: 'data_scientist' as const }])(
    'is not there for anybody else: %j',
    async more => {
      const { command, env, files } = await launch(run(more));
      expect(command[0]).toBe('/opt/hopslab/lab/bin/python');
      expect(Object.keys(env).filter(name => /proxy/i.test(name))).toEqual([]);
      expect(files).not.toHaveProperty('/etc/hopslab/forward.py');
    }
  );
});
