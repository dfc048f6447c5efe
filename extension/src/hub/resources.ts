import type { notebooks } from '@hopslab/schema';

type Amounts = notebooks.Quota['project']['limit'];

/** What the form holds while it is being filled in; `null` where nothing readable is entered. */
export type Wish = { readonly [K in 'executors' | 'cores' | 'memory' | 'gpus']: number | null };

/** What a notebook server takes in all: each executor so much, or the kernel alone. */
export const totalOf = ({ executors, cores, memory, gpus }: Wish): Amounts => {
  const parts = Math.max(1, executors ?? 0);
  return {
    cores: parts * (cores ?? 0),
    memory: parts * (memory ?? 0),
    gpus: parts * (gpus ?? 0),
    servers: 1
  };
};

/** What one person could still take: the least of what the project, the person and the machine have left. */
export const freeOf = ({ project, user, machine }: notebooks.Quota): Amounts => {
  const left = (what: keyof Amounts): number =>
    Math.max(0, Math.min(...[project, user, machine].map(({ limit, used }) => limit[what] - used[what])));
  return { cores: left('cores'), memory: left('memory'), gpus: left('gpus'), servers: left('servers') };
};

/** The wish as the API takes it, once every field is a number. */
export const resourcesOf = (wish: Wish, gpuType?: string): notebooks.Resources | null => {
  const { executors, cores, memory, gpus } = wish;
  if (executors === null || cores === null || memory === null || gpus === null) return null;
  return { executors, cores, memory, gpus, ...(gpus > 0 && gpuType && { gpuType }) };
};
