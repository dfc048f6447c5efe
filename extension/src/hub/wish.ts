import { gibibyte } from '../ui/index.js';
import type { Wish } from './resources.js';

const first: Wish = { executors: 2, cores: 1, memory: gibibyte, gpus: 0 };

const keyOf = (project: string): string => `hopslab-resources-${project}`;

/** What this person asked for last time in this project, in this browser. */
export const lastWish = (project: string): Wish => {
  try {
    const stored = JSON.parse(localStorage.getItem(keyOf(project)) ?? '{}') as Partial<
      Record<keyof Wish, unknown>
    >;
    const read = (what: keyof Wish): number | null => {
      const value = stored[what];
      return typeof value === 'number' ? value : first[what];
    };
    return { executors: read('executors'), cores: read('cores'), memory: read('memory'), gpus: read('gpus') };
  } catch {
    return first;
  }
};

export const keepWish = (project: string, wish: Wish): void => {
  localStorage.setItem(keyOf(project), JSON.stringify(wish));
};
