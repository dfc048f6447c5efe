import type { experiments as contract } from '@hopslab/schema';
import { problem } from '../../platform/problem.js';

/** Refuses a metric that is named twice: it would be made large and small at once. */
export const checkObjectives = ({
  metric,
  also
}: {
  readonly metric: string;
  readonly also: readonly contract.Objective[];
}): void => {
  const errors = also.flatMap((one, index) =>
    one.metric === metric || also.findIndex(other => other.metric === one.metric) < index
      ? [{ pointer: `/body/also/${index}/metric`, detail: `${one.metric} is named before` }]
      : []
  );
  if (errors.length > 0) throw problem('request.invalid', 'Each metric is named once.', { errors });
};
