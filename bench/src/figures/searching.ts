import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { installation } from '../hopslab/installation.ts';
import { run } from '../parts/programs.ts';

const program = join(import.meta.dirname, '../parts/searching.py');

/** Milliseconds that one trial of an algorithm costs after 1,000 and after 80,000 recorded ones. */
const costs = async (bench: Bench, algorithm: string): Promise<[number, number]> => {
  const { tools } = await installation(bench);
  const python = join(tools, 'environments', 'base', 'bin', 'python');
  const printed = JSON.parse(await run(python, ['-W', 'ignore', program, algorithm])) as Record<
    string,
    [number, number]
  >;
  const found = printed[algorithm];
  if (found === undefined) throw new Error(`nothing is known of ${algorithm}`);
  bench.log(`${algorithm}: ${found.join(' and ')} ms`);
  return found;
};

/** How much more the driver computes for a trial when many have been recorded. */
export const flatFigures: readonly Figure[] = ['tpe', 'random', 'grid', 'cmaes', 'gp', 'de'].map(
  algorithm => ({
    name: `trial-flat-${algorithm}`,
    title: `CPU time of asking and telling one trial, ${algorithm} with ASHA: after 80,000 recorded ones, over that after 1,000`,
    unit: 'x',
    bar: { of: 'ours', atMost: 1.2 },
    async ours(bench) {
      const [thousand, many] = await costs(bench, algorithm);
      return many / thousand;
    }
  })
);
