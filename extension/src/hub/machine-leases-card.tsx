import type { quota } from '@hopslab/schema';
import {
  Elapsed,
  EmptyState,
  formatBytes,
  ProblemNotice,
  Table,
  useWords,
  type Column,
  type Translate
} from '../ui/index.js';
import { Card } from './card.js';
import { purposeOf, reasonsOf } from './leases.words.js';
import { useMachineLeases } from './machine.model.js';

const columnsOf = (words: Translate): Column<quota.MachineLease>[] => [
  {
    id: 'project',
    title: words.__('Project'),
    width: 'minmax(8em, 1fr)',
    sortBy: ({ project }) => project,
    cell: ({ project }) => <span title={project}>{project}</span>
  },
  {
    id: 'user',
    title: words.__('Who'),
    width: 'minmax(8em, 1fr)',
    sortBy: ({ user }) => user,
    cell: ({ user }) => <span title={user}>{user}</span>
  },
  {
    id: 'for',
    title: words.__('For'),
    width: 'minmax(10em, 2fr)',
    sortBy: ({ state, queuePosition }) => (state === 'held' ? 0 : (queuePosition ?? Infinity)),
    cell: lease => <span title={reasonsOf(lease)}>{purposeOf(words, lease)}</span>
  },
  {
    id: 'cores',
    title: words.__('Cores'),
    width: '5em',
    align: 'end',
    sortBy: ({ cores }) => cores,
    cell: ({ cores }) => cores
  },
  {
    id: 'memory',
    title: words.__('Memory'),
    width: '6em',
    align: 'end',
    sortBy: ({ memory }) => memory,
    cell: ({ memory }) => formatBytes(memory)
  },
  {
    id: 'gpus',
    title: words.__('GPUs'),
    width: '5em',
    align: 'end',
    sortBy: ({ gpus }) => gpus,
    cell: ({ gpus }) => gpus
  },
  {
    id: 'since',
    title: words.__('Since'),
    width: '7em',
    align: 'end',
    sortBy: ({ since }) => since,
    cell: ({ since }) => <Elapsed since={since} />
  }
];

/** Who holds what of the machine, and who waits. */
export const MachineLeasesCard = () => {
  const words = useWords();
  const leases = useMachineLeases();
  return (
    <Card title={words.__('Who holds what')}>
      {leases.isError && <ProblemNotice error={leases.error} onRetry={() => void leases.refetch()} />}
      {leases.data?.length === 0 && <EmptyState>{words.__('Nobody holds anything now.')}</EmptyState>}
      {leases.data && leases.data.length > 0 && (
        <Table
          label={words.__('Who holds what')}
          rows={leases.data}
          columns={columnsOf(words)}
          rowKey={({ id }) => id}
          height={280}
        />
      )}
    </Card>
  );
};
