import type { notebooks, quota } from '@hopslab/schema';
import type { Draft } from './experiments.draft.js';

type Resources = NonNullable<notebooks.NotebookServer['resources']>;

/** What a search takes, as far as it can be known before it runs. */
export interface Cost {
  /** Trials at once, and how many times as many. */
  readonly parallel: number;
  readonly rounds: number | null;
  /** Of all executors together, or of the kernel where there are none. */
  readonly cores: number;
  readonly memory: number;
  readonly gpus: number;
  /** Hours until its end, if a trial takes so long; null where nothing says how many there will be. */
  readonly hours: number | null;
  /** The limit of hours that it would go beyond, and how many are left. */
  readonly beyond: { readonly what: 'core-hours' | 'gpu-hours'; readonly left: number } | null;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Hours of a text such as `15m`; null where it is none. */
const hoursOf = (time: string): number | null => {
  const parts = [...time.trim().matchAll(/(\d+(?:\.\d+)?)\s*([smhd])/g)];
  if (parts.length === 0) return /^\d+(\.\d+)?$/.test(time.trim()) ? Number(time) / 3600 : null;
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (units[unit] ?? 1), 0) / 3600;
};

const left = (limit: number | null, used: number): number =>
  limit === null ? Infinity : Math.max(0, limit - used);

/** What a form costs on these resources; `minutes` is a person's guess of a trial's length. */
export const costOf = (
  { trials, parallel, time }: Pick<Draft, 'trials' | 'parallel' | 'time'>,
  resources: Resources,
  known: Pick<quota.Quota, 'limits' | 'myLimits' | 'month'> | null,
  minutes: number
): Cost => {
  const workers = Math.max(1, resources.executors);
  const cores = workers * Math.max(1, resources.cores);
  const gpus = workers * resources.gpus;
  const atOnce = Math.max(1, Math.min(parallel ?? cores, cores, trials ?? cores));
  const rounds = trials === null ? null : Math.ceil(trials / atOnce);
  const byTrials = rounds === null ? null : (rounds * minutes) / 60;
  const byTime = hoursOf(time);
  const bounds = [byTrials, byTime].filter(hours => hours !== null);
  const hours = bounds.length === 0 ? null : Math.min(...bounds);
  const cost = { parallel: atOnce, rounds, cores, memory: workers * resources.memory, gpus, hours };
  if (known === null || hours === null) return { ...cost, beyond: null };
  const { limits, myLimits, month } = known;
  const leftOf = (what: 'coreHours' | 'gpuHours'): number =>
    Math.min(left(limits[what], month.project[what]), left(myLimits[what], month.user[what]));
  if (hours * cores > leftOf('coreHours'))
    return { ...cost, beyond: { what: 'core-hours', left: leftOf('coreHours') } };
  if (hours * gpus > leftOf('gpuHours'))
    return { ...cost, beyond: { what: 'gpu-hours', left: leftOf('gpuHours') } };
  return { ...cost, beyond: null };
};
