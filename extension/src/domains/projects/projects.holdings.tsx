import type { projects } from '@hopslab/schema';
import type { JSX } from 'react';
import { formatBytes, ProblemNotice, useWords } from '../../ui/index.js';

interface Props {
  readonly holdings: projects.Holdings | undefined;
  readonly error: unknown;
  /** They are one's own. */
  readonly mine: boolean;
}

/** What ends with somebody's membership. */
export const HoldingsView = ({ holdings, error, mine }: Props): JSX.Element => {
  const words = useWords();
  if (error) return <ProblemNotice error={error} />;
  if (!holdings) return <p aria-busy>{words.__('Looking what is running …')}</p>;
  const { leases, experiments } = holdings;
  if (leases.length + experiments.length === 0)
    return (
      <p>
        {mine
          ? words.__('Nothing of yours is running here now.')
          : words.__('Nothing of theirs is running here now.')}
      </p>
    );
  return (
    <>
      <p>{words.__('This is stopped, and what is not saved in it is lost:')}</p>
      <ul>
        {leases.map(lease => (
          <li key={lease.id}>
            {words._n(
              '%2: %1 core, %3',
              '%2: %1 cores, %3',
              lease.cores,
              lease.for,
              formatBytes(lease.memory)
            )}
          </li>
        ))}
        {experiments.map(({ id, name }) => (
          <li key={id}>{words.__('the experiment %1; trials that have ended are kept', name)}</li>
        ))}
      </ul>
    </>
  );
};
