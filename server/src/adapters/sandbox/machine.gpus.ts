import { SandboxFault } from '../../ports/sandbox.js';
import type { Gpu, Workplace } from '../../ports/workplace.js';
import { devicesOf, listGpus } from './nvidia.gpus.js';

/** GPUs that are only said to be there: so many of a type. */
export interface PretendedGpus {
  readonly type: string;
  readonly count: number;
}

/** Pretended ones say so in their type, wherever that is shown. They have an id that no driver knows. */
const pretend = (wanted: readonly PretendedGpus[]): Gpu[] =>
  wanted
    .flatMap(({ type, count }) => Array.from({ length: count }, () => `${type} (pretended)`))
    .map((type, index) => ({ index, type, id: `GPU-pretended-${String(index)}` }));

/** The GPUs of this machine, or the pretended ones instead of them, and what a sandbox needs of them. */
export const createMachineGpus = (
  pretended: readonly PretendedGpus[] | undefined
): Pick<Workplace, 'gpus' | 'access'> => {
  const gpus: Workplace['gpus'] = () =>
    pretended ? Promise.resolve({ gpus: pretend(pretended), reason: null }) : listGpus();
  return {
    gpus,
    async access(indexes) {
      if (indexes.length === 0) return { devices: [], ids: [] };
      const there = (await gpus()).gpus;
      const leased = indexes.map(index => {
        const found = there.find(gpu => gpu.index === index);
        if (!found)
          throw new SandboxFault(
            `GPU ${String(index)} of your lease is not in this machine any more. Start the notebook server again.`
          );
        return found;
      });
      return { devices: pretended ? [] : await devicesOf(leased), ids: leased.map(gpu => gpu.id) };
    }
  };
};
