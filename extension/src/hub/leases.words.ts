import type { quota } from '@hopslab/schema';
import type { Translate } from '../ui/index.js';

const executorsOf = (words: Translate, { executors, wanted = executors }: quota.Lease): string =>
  wanted === executors
    ? words._n('%1 executor', '%1 executors', executors)
    : words.__('%1 of %2 executors', executors, wanted);

/** What it is held for, or waits for. */
export const purposeOf = (words: Translate, lease: quota.Lease): string => {
  const what = lease.for === 'notebook' ? words.__('notebook server') : executorsOf(words, lease);
  if (lease.state === 'held')
    return lease.keep === undefined
      ? what
      : words.__('%1, %2 wanted back for others', what, lease.executors - lease.keep);
  return lease.queuePosition === undefined
    ? words.__('waits for %1', what)
    : words.__('waits for %1, number %2 in the queue', what, lease.queuePosition);
};

/** Why it is as it is, in words. */
export const reasonsOf = ({ keepReason, reason }: quota.Lease): string =>
  [keepReason, reason].flatMap(words => words ?? []).join(' ');
