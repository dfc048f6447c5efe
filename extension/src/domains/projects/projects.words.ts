import type { notebooks, projects, Role } from '@hopslab/schema';
import { formatBytes, type Translate } from '../../ui/index.js';

export const roleWord = (role: Role, words: Translate): string =>
  role === 'data_owner' ? words.__('data owner') : words.__('data scientist');

/** Why something is refused, and who can help. */
export const askOwners = (refusal: string, members: readonly projects.Member[], words: Translate): string => {
  const owners = members.filter(({ role }) => role === 'data_owner').map(({ displayName }) => displayName);
  return `${refusal} ${words.__('Ask %1.', owners.join(', '))}`;
};

/** What a notebook server holds, in one phrase. */
export const leaseWord = (
  { executors, cores, memory, gpus }: notebooks.Resources,
  words: Translate
): string => {
  const each = [
    words._n('%1 core', '%1 cores', cores),
    formatBytes(memory),
    ...(gpus > 0 ? [words._n('%1 GPU', '%1 GPUs', gpus)] : [])
  ].join(', ');
  return executors === 0 ? each : words.__('%1 × (%2)', executors, each);
};

/** Who has a notebook server's executors now. */
export const computeWord = (compute: notebooks.Compute | undefined, words: Translate): string => {
  if (!compute) return words.__('not held; the next cell that uses Spark asks for them');
  const { state, holder, executors, wanted, keep, keepReason } = compute;
  if (state === 'held') {
    const who =
      wanted === executors
        ? words.__('held by %1', holder)
        : words.__('%1 of %2 held by %3, which takes more when they are free', executors, wanted, holder);
    return keep === executors
      ? who
      : words.__('%1; %2 wanted back for others: %3', who, executors - keep, keepReason ?? '');
  }
  return compute.queuePosition === undefined
    ? words.__('%1 waits for them', compute.holder)
    : words.__('%1 waits for them, number %2 in the queue', compute.holder, compute.queuePosition);
};
