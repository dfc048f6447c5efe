import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { installation } from '../hopslab/installation.ts';
import { run } from '../parts/programs.ts';

const program = join(import.meta.dirname, '../parts/early_stopping.py');
const peerName = 'the same search in synchronous rounds, each trial to its end (Optuna’s TPE, two processes)';

interface Searched {
  readonly seconds: number;
  readonly best: number;
}

/** Ten searches, one way. */
const search = async (bench: Bench, way: 'asynchronous' | 'rounds'): Promise<Searched> => {
  const { tools } = await installation(bench);
  const python = join(tools, 'environments', 'base', 'bin', 'python');
  const printed = await run(python, ['-W', 'ignore', program, way], {
    env: { ...process.env, HOPSLAB_CORES: '2' }
  });
  const found = JSON.parse(printed) as Searched;
  bench.log(`${way}: best accuracy ${found.best.toFixed(4)} after ${found.seconds.toFixed(1)} s`);
  return found;
};

/** Each run searches once for both figures. */
const kept = () => {
  const runs = { asynchronous: [] as Searched[], rounds: [] as Searched[] };
  const next = { seconds: { asynchronous: 0, rounds: 0 }, best: { asynchronous: 0, rounds: 0 } };
  return async (bench: Bench, way: keyof typeof runs, of: keyof Searched): Promise<number> => {
    const at = next[of][way]++;
    const found = (runs[way][at] ??= await search(bench, way));
    return found[of];
  };
};
const searched = kept();

const title = 'ten searches of a network for digits (TPE, 30 trials of up to 27 epochs, two at a time)';

export const earlyStopping: readonly Figure[] = [
  {
    name: 'early-stopping',
    title: `${title}, stopped early by ASHA: wall time`,
    unit: 's',
    bar: { of: 'ratio', atMost: 0.67 },
    peerName,
    ours: bench => searched(bench, 'asynchronous', 'seconds'),
    peer: bench => searched(bench, 'rounds', 'seconds')
  },
  {
    name: 'early-stopping-best',
    title: `${title}: mean of the best accuracies on the validation part`,
    unit: '',
    bar: { of: 'ratio', atLeast: 1 },
    peerName,
    ours: bench => searched(bench, 'asynchronous', 'best'),
    peer: bench => searched(bench, 'rounds', 'best')
  }
];
