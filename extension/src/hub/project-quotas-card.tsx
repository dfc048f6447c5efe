import type { quota } from '@hopslab/schema';
import { useDeferredValue, useState } from 'react';
import {
  Button,
  EmptyState,
  formatBytes,
  formatNumber,
  ProblemNotice,
  Table,
  TextField,
  useWords,
  type Column,
  type Translate
} from '../ui/index.js';
import { Card } from './card.js';
import { useProjectQuotas } from './machine.model.js';
import { ProjectLimitsDialog } from './project-limits-dialog.js';

type Show = (project: quota.ProjectQuota) => void;

const of = (used: number, limit: number | null, show: (amount: number) => string = String): string =>
  limit === null ? show(used) : `${show(used)} / ${show(limit)}`;

const hours = (amount: number): string => formatNumber(Number(amount.toFixed(1)));

const columnsOf = (words: Translate, show: Show): Column<quota.ProjectQuota>[] => [
  {
    id: 'project',
    title: words.__('Project'),
    width: 'minmax(10em, 2fr)',
    sortBy: ({ project }) => project,
    cell: one => (
      <button
        type="button"
        // By keyboard it is the row's own Enter.
        tabIndex={-1}
        className="hop-TextButton"
        title={one.project}
        onClick={() => {
          show(one);
        }}
      >
        {one.project}
      </button>
    )
  },
  {
    id: 'cores',
    title: words.__('Cores'),
    width: 'minmax(6em, 1fr)',
    align: 'end',
    sortBy: ({ used }) => used.cores,
    cell: ({ used, limits }) => of(used.cores, limits.cores)
  },
  {
    id: 'memory',
    title: words.__('Memory'),
    width: 'minmax(10em, 1fr)',
    align: 'end',
    sortBy: ({ used }) => used.memory,
    cell: ({ used, limits }) => of(used.memory, limits.memory, formatBytes)
  },
  {
    id: 'hours',
    title: words.__('Core-hours'),
    width: 'minmax(11em, 1fr)',
    align: 'end',
    sortBy: ({ month }) => month.coreHours,
    cell: ({ month, limits }) => of(month.coreHours, limits.coreHours, hours)
  },
  {
    id: 'set',
    title: words.__('Limits'),
    width: '8em',
    sortBy: ({ set }) => (Object.keys(set).length > 0 ? 0 : 1),
    cell: ({ set }) => (Object.keys(set).length > 0 ? words.__('its own') : words.__('default'))
  }
];

const List = ({ q, show }: { readonly q: string; readonly show: Show }) => {
  const words = useWords();
  const projects = useProjectQuotas(q);
  return (
    <>
      {projects.isError && <ProblemNotice error={projects.error} onRetry={() => void projects.refetch()} />}
      {projects.data?.length === 0 && (
        <EmptyState>
          {q === '' ? words.__('There is no project yet.') : words.__('No project has that in its name.')}
        </EmptyState>
      )}
      {projects.data && projects.data.length > 0 && (
        <Table
          label={words.__('Limits of projects')}
          rows={projects.data}
          columns={columnsOf(words, show)}
          rowKey={({ project }) => project}
          onOpen={show}
          height={280}
        />
      )}
      {projects.hasNextPage && (
        <Button busy={projects.isFetchingNextPage} onClick={() => void projects.fetchNextPage()}>
          {words.__('Show more')}
        </Button>
      )}
    </>
  );
};

/** What each project may hold, holds, and has used. */
export const ProjectQuotasCard = () => {
  const words = useWords();
  const [q, setQ] = useState('');
  const [shown, setShown] = useState<quota.ProjectQuota | null>(null);
  return (
    <Card title={words.__('Limits of projects')}>
      <TextField
        label={words.__('Find')}
        type="search"
        maxLength={100}
        hint={words.__('Any part of a project’s name.')}
        value={q}
        onChange={setQ}
      />
      <List q={useDeferredValue(q.trim())} show={setShown} />
      {shown && (
        <ProjectLimitsDialog
          project={shown}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
    </Card>
  );
};
