import { notebooks, type quota as contract } from '@hopslab/schema';

type Amounts = contract.Quota['project']['limit'];

/** What the form holds while it is being filled in; `null` where nothing readable is entered. */
export type Wish = { readonly [K in 'executors' | 'cores' | 'memory' | 'gpus']: number | null };

/** What the wish comes to as far as it is filled in. */
export const askedOf = ({ executors, cores, memory, gpus }: Wish): Amounts =>
  notebooks.totalOf({ executors: executors ?? 0, cores: cores ?? 0, memory: memory ?? 0, gpus: gpus ?? 0 });

/** What one person could still take: the least of what the project, the person and the machine have left. */
export const freeOf = ({ project, user, machine }: contract.Quota): Amounts => {
  const left = (what: keyof Amounts): number =>
    Math.max(0, Math.min(...[project, user, machine].map(({ limit, used }) => limit[what] - used[what])));
  return { cores: left('cores'), memory: left('memory'), gpus: left('gpus'), servers: left('servers') };
};

const kinds = ['cores', 'memory', 'gpus'] as const;

/** Whether it is more than some limit itself: then no waiting helps. */
export const isImpossible = ({ project, user, machine }: contract.Quota, asked: Amounts): boolean =>
  [project, user, machine].some(({ limit }) => kinds.some(kind => asked[kind] > limit[kind]));

/** The most executors of the wished kind that could be had now, if some could though not all. */
export const executorsNow = (quota: contract.Quota, wish: Wish): number | null => {
  const free = freeOf(quota);
  const fits = (executors: number): boolean => {
    const asked = askedOf({ ...wish, executors });
    return kinds.every(kind => asked[kind] <= free[kind]);
  };
  for (let count = (wish.executors ?? 0) - 1; count > 0; count--) if (fits(count)) return count;
  return null;
};

/** The wish as the API takes it, once every field is a number. */
export const resourcesOf = (wish: Wish, gpuType?: string): notebooks.Resources | null => {
  const { executors, cores, memory, gpus } = wish;
  if (executors === null || cores === null || memory === null || gpus === null) return null;
  return { executors, cores, memory, gpus, ...(gpus > 0 && gpuType && { gpuType }) };
};
