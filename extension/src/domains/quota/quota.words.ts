import type { quota } from '@hopslab/schema';
import { formatBytes, formatNumber, gibibyte, type Translate } from '../../ui/index.js';

/** One limit as people see it and enter it. */
export interface LimitKind {
  readonly key: string;
  readonly label: string;
  /** What one entered unit is in the API. */
  readonly unit: number;
  readonly whole: boolean;
  readonly show: (amount: number) => string;
  /** What it is among limits; `null` is no limit. */
  readonly of: (limits: quota.SomeLimits) => number | null;
  /** The limits with this one. */
  readonly put: (limits: quota.SomeLimits, amount: number) => quota.SomeLimits;
}

const kind = (
  key: Exclude<keyof quota.Limits, 'gpuTypes'>,
  label: string,
  { unit = 1, whole = true, show = formatNumber }: Partial<Pick<LimitKind, 'unit' | 'whole' | 'show'>> = {}
): LimitKind => ({
  ...{ key, label, unit, whole, show },
  of: limits => limits[key] ?? null,
  put: (limits, amount) => ({ ...limits, [key]: amount })
});

/** So many GPUs of one type. */
const typeKind = (type: string): LimitKind => ({
  ...{ key: `gpuTypes ${type}`, label: type, unit: 1, whole: true, show: formatNumber },
  of: limits => limits.gpuTypes?.[type] ?? null,
  put: (limits, amount) => ({ ...limits, gpuTypes: { ...limits.gpuTypes, [type]: amount } })
});

const ofMembers = ['cores', 'memory', 'gpus', 'servers', 'coreHours', 'gpuHours'];

/** Every limit that can be set, in the order of the page; GPUs also by each of these types. */
export const limitKinds = (words: Translate, types: readonly string[] = []): readonly LimitKind[] => {
  const size = { unit: gibibyte, whole: false, show: formatBytes };
  const hours = { whole: false };
  return [
    kind('cores', words.__('Cores')),
    kind('memory', words.__('Memory (GiB)'), size),
    kind('gpus', words.__('GPUs')),
    ...types.map(typeKind),
    kind('servers', words.__('Notebook servers')),
    kind('coreHours', words.__('Core-hours a month'), hours),
    kind('gpuHours', words.__('GPU-hours a month'), hours),
    kind('bytes', words.__('Storage (GiB)'), size),
    kind('files', words.__('Files'), { show: amount => amount.toLocaleString() }),
    kind('topics', words.__('Topics'))
  ];
};

/** What can be limited for one member. */
export const memberKinds = (words: Translate, types: readonly string[]): readonly LimitKind[] =>
  limitKinds(words, types).filter(({ key }) => ofMembers.includes(key) || key.startsWith('gpuTypes '));

/** The types of GPUs that a limit can be about: those there are, and those that are limited already. */
export const typesIn = (
  { gpuTypes }: { readonly gpuTypes: readonly { readonly type: string }[] },
  limits: quota.SomeLimits
): readonly string[] => [
  ...new Set([...gpuTypes.map(({ type }) => type), ...Object.keys(limits.gpuTypes ?? {})])
];

/** What is asked for, in one phrase: “Cores: 16, Memory (GiB): 32 GiB”. */
export const askedWords = (asked: quota.SomeLimits, words: Translate): string =>
  limitKinds(words, Object.keys(asked.gpuTypes ?? {}))
    .filter(({ key }) => key in asked || key.startsWith('gpuTypes '))
    .map(({ label, show, of }) => {
      const amount = of(asked);
      return `${label}: ${amount === null ? words.__('no limit') : show(amount)}`;
    })
    .join(', ');
