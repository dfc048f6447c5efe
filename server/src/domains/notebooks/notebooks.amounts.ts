import { notebooks as contract } from '@hopslab/schema';
import { nothing, type Amounts } from '../quota/index.js';

/** What the executors come to. Their GPUs are not among it: those are mounted from the sandbox's start. */
export const executorsOf = ({ executors, cores, memory }: contract.Resources): Amounts => ({
  ...nothing,
  cores: executors * cores,
  memory: executors * memory
});

/** What a notebook server holds from its start to its end: everything but the executors. */
export const serverOf = (asked: contract.Resources): Amounts => {
  const [whole, executors] = [contract.totalOf(asked), executorsOf(asked)];
  return { ...whole, cores: whole.cores - executors.cores, memory: whole.memory - executors.memory };
};
