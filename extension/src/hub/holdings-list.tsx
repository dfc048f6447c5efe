import { formatBytes, ProblemNotice, useWords } from '../ui/index.js';
import { useHoldings } from './project-settings.model.js';

/** What ends with somebody's membership. */
export const HoldingsList = ({
  project,
  user,
  mine
}: {
  readonly project: string;
  readonly user: string;
  readonly mine: boolean;
}) => {
  const words = useWords();
  const { data, error } = useHoldings(project, user);
  if (error) return <ProblemNotice error={error} />;
  if (!data) return <p aria-busy>{words.__('Looking what is running …')}</p>;
  const { leases, experiments } = data;
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
            {words.__('%1: %2 cores, %3', lease.for, lease.cores, formatBytes(lease.memory))}
          </li>
        ))}
        {experiments.map(({ id, name }) => (
          <li key={id}>{words.__('the experiment %1; trials that have ended are kept', name)}</li>
        ))}
      </ul>
    </>
  );
};
