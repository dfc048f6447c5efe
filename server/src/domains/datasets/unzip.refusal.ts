import { problem, ProblemError } from '../../platform/problem.js';

export const shown = (name: string): string => JSON.stringify(name.slice(0, 200));

export const notSound = (why: string) =>
  problem('archive.refused', `Nothing was unpacked: ${why.slice(0, 400)}`);

export const asRefusal = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  return notSound(`it is no sound zip file. ${JSON.stringify(error instanceof Error ? error.message : '')}`);
};
