import type { quota as contract } from '@hopslab/schema';

const gibibyte = 2 ** 30;

const none: contract.Limits = {
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

/** The limits of whoever was given none of their own. */
export interface Defaults {
  readonly project: contract.Limits;
  /** One user's part of a project. */
  readonly user: contract.Limits;
}

/** What the operator has configured, on top of what a small machine bears. */
export const createDefaults = (configured: {
  readonly project?: contract.SomeLimits | undefined;
  readonly user?: contract.UserLimits | undefined;
}): Defaults => ({
  project: merged(
    {
      ...none,
      cores: 8,
      memory: 16 * gibibyte,
      servers: 10,
      bytes: 100 * gibibyte,
      files: 1_000_000,
      topics: 10
    },
    configured.project
  ),
  user: merged({ ...none, cores: 8, memory: 8 * gibibyte, servers: 1 }, configured.user)
});

/** Limits with some of them set. */
export const merged = (limits: contract.Limits, some: contract.SomeLimits = {}): contract.Limits => {
  const set = Object.entries(some).filter(([, limit]) => limit !== undefined);
  return { ...limits, ...Object.fromEntries(set) };
};

const numbers = [
  'cores',
  'memory',
  'gpus',
  'servers',
  'coreHours',
  'gpuHours',
  'bytes',
  'files',
  'topics'
] as const;

const least = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** A part's limits, none of them beyond those of the whole. */
export const within = (part: contract.Limits, whole: contract.Limits): contract.Limits => {
  const gpuTypes = { ...whole.gpuTypes };
  for (const [type, count] of Object.entries(part.gpuTypes))
    gpuTypes[type] = Math.min(count, gpuTypes[type] ?? Infinity);
  const limits = { ...part, gpuTypes };
  for (const each of numbers) limits[each] = least(part[each], whole[each]);
  return limits;
};

/** Which of a part's limits are set beyond those of the whole. */
export const beyond = (part: contract.SomeLimits, whole: contract.Limits): string[] => [
  ...numbers.filter(each => {
    const [mine, most] = [part[each], whole[each]];
    return mine !== undefined && mine !== null && most !== null && mine > most;
  }),
  ...Object.entries(part.gpuTypes ?? {})
    .filter(([type, count]) => count > (whole.gpuTypes[type] ?? Infinity))
    .map(([type]) => type)
];
