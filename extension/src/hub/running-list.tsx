import { useLeases } from './quota.model.js';
import { formatBytes, useWords } from '../ui/index.js';

/** What runs in a project and would be stopped, whose it is. */
export const RunningList = ({ project }: { readonly project: string }) => {
  const words = useWords();
  const leases = useLeases(project);
  const held = leases.data ?? [];
  if (held.length === 0) return <p>{words.__('Nothing is running in it now.')}</p>;
  return (
    <>
      <p>{words.__('This is stopped, and what is not saved in it is lost:')}</p>
      <ul>
        {held.map(lease => (
          <li key={lease.id}>
            {words.__(
              '%1 of %2: %3 cores, %4',
              lease.for,
              lease.user,
              lease.cores,
              formatBytes(lease.memory)
            )}
          </li>
        ))}
      </ul>
    </>
  );
};
