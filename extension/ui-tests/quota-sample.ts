import type { quota } from '@hopslab/schema';

const gibibyte = 2 ** 30;
const none: quota.Limits = {
  cores: null,
  memory: null,
  gpus: null,
  gpuTypes: {},
  servers: null,
  coreHours: null,
  gpuHours: null,
  bytes: null,
  files: null,
  topics: null
};
const amounts = (cores: number, memory: number, servers = 1) => ({
  cores,
  memory: memory * gibibyte,
  gpus: 0,
  servers
});

export const projectLimits: quota.Limits = {
  ...none,
  cores: 8,
  memory: 16 * gibibyte,
  servers: 10,
  coreHours: 500,
  bytes: 100 * gibibyte,
  files: 1_000_000,
  topics: 10
};

export const quotaOf = (more: Partial<quota.Quota> = {}): quota.Quota => ({
  project: { limit: amounts(8, 16, 10), used: amounts(5, 9, 2) },
  user: { limit: amounts(8, 8), used: amounts(2, 3) },
  machine: { limit: amounts(32, 60, 40), used: amounts(5, 9, 2) },
  coresSharedBy: 4,
  gpuTypes: [{ type: 'NVIDIA A100', count: 4, free: 2, limit: 2, used: 1 }],
  noGpuReason: null,
  limits: projectLimits,
  myLimits: { ...none, cores: 8, memory: 8 * gibibyte, servers: 1 },
  month: {
    from: '2026-11-01T00:00:00.000Z',
    turns: '2026-12-01T00:00:00.000Z',
    project: { coreHours: 312.5, gpuHours: 20 },
    user: { coreHours: 100.2, gpuHours: 0 }
  },
  storage: { bytes: 41 * gibibyte, files: 5210, countedAt: '2026-11-20T09:00:00.000Z' },
  warnings: [],
  ...more
});

export const usedUp: quota.Warning = {
  what: 'core-hours',
  user: null,
  since: '2026-11-20T09:00:00.000Z',
  endsAt: '2026-11-21T09:00:00.000Z',
  words:
    'demo has used its 500 core-hours of this month. The month turns on 2026-12-01 at 00:00 UTC; an administrator can grant more, for which a data owner of the project asks.'
};

export const userQuotas: readonly quota.UserQuota[] = [
  ['ada', 'Ada', 100.2],
  ['bob', 'Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine the Elder', 212.3]
].map(([user, displayName, coreHours]) => ({
  user: String(user),
  displayName: String(displayName),
  limits: { ...none, cores: 8, memory: 8 * gibibyte, servers: 1 },
  used: amounts(2, 3),
  month: { coreHours: Number(coreHours), gpuHours: 0 }
}));

export const quotaRequest = (more: Partial<quota.QuotaRequest> = {}): quota.QuotaRequest => ({
  id: '7f6c2a9e-3a53-4a55-8d5c-0d8f4a3b2c1d',
  project: 'demo',
  asked: { cores: 32, gpuHours: 100 },
  reason: 'The genome of the roundworm needs more than we have.',
  by: 'ada',
  at: '2026-11-20T09:00:00.000Z',
  state: 'waiting',
  limits: projectLimits,
  answer: null,
  ...more
});

/** Some days of use that end today. */
export const days = (count: number): quota.Usage[] =>
  Array.from({ length: count }, (_, n) => ({
    of: new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10),
    coreHours: 4 + ((n * 7) % 11),
    memoryHours: 8,
    gpuHours: n % 3 ? {} : { 'NVIDIA A100': 2 }
  }));
