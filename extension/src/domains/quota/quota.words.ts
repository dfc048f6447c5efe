import type { quota } from '@hopslab/schema';
import { formatBytes, formatNumber, gibibyte, type Translate } from '../../ui/index.js';

type Numbers = Exclude<keyof quota.Limits, 'gpuTypes'>;

/** One limit as people see it and enter it. */
export interface LimitKind {
  readonly key: Numbers;
  readonly label: string;
  /** What one entered unit is in the API. */
  readonly unit: number;
  readonly whole: boolean;
  readonly show: (amount: number) => string;
}

const kind = (
  key: Numbers,
  label: string,
  { unit = 1, whole = true, show = formatNumber }: Partial<Omit<LimitKind, 'key' | 'label'>> = {}
): LimitKind => ({ key, label, unit, whole, show });

/** Every limit that can be set, in the order of the page. */
export const limitKinds = (words: Translate): readonly LimitKind[] => {
  const size = { unit: gibibyte, whole: false, show: formatBytes };
  const hours = { whole: false };
  return [
    kind('cores', words.__('Cores')),
    kind('memory', words.__('Memory (GiB)'), size),
    kind('gpus', words.__('GPUs')),
    kind('servers', words.__('Notebook servers')),
    kind('coreHours', words.__('Core-hours a month'), hours),
    kind('gpuHours', words.__('GPU-hours a month'), hours),
    kind('bytes', words.__('Storage (GiB)'), size),
    kind('files', words.__('Files'), { show: amount => amount.toLocaleString() }),
    kind('topics', words.__('Topics'))
  ];
};

/** What can be limited for one member. */
export const memberKinds = (words: Translate): readonly LimitKind[] =>
  limitKinds(words).filter(({ key }) => key !== 'bytes' && key !== 'files' && key !== 'topics');

/** What is asked for, in one phrase: “Cores 16, Memory (GiB) 32 GiB”. */
export const askedWords = (asked: quota.SomeLimits, words: Translate): string =>
  [
    ...limitKinds(words).flatMap(({ key, label, show }) => {
      const amount = asked[key];
      if (amount === undefined) return [];
      return [`${label}: ${amount === null ? words.__('no limit') : show(amount)}`];
    }),
    ...Object.entries(asked.gpuTypes ?? {}).map(([type, count]) => `${type}: ${String(count)}`)
  ].join(', ');
