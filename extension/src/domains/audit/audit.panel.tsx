import type { audit } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import {
  Button,
  EmptyState,
  formatDuration,
  formatTime,
  ProblemNotice,
  StateBadge,
  Table,
  useWords,
  type Column,
  type Translate
} from '../../ui/index.js';
import { AuditDetails } from './audit.details.js';
import { AuditFilters } from './audit.filters.js';
import type { AuditModel } from './audit.model.js';
import { sentenceOf, wayWord, type Names } from './audit.words.js';

const minute = 60_000;

/** Now, to the minute. */
const useNow = (): number => {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, minute);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
};

const ago = (at: string, now: number, words: Translate): string => {
  const passed = now - Date.parse(at);
  return passed < minute
    ? words.__('just now')
    : words.__('%1 ago', formatDuration(passed - (passed % minute)));
};

const columnsOf = (
  names: Names,
  now: number,
  words: Translate,
  withProject: boolean,
  show: (row: audit.AuditRow) => void
): Column<audit.AuditRow>[] => [
  {
    id: 'when',
    title: words.__('When'),
    width: '9.5em',
    cell: ({ at }) => (
      <time dateTime={at} title={formatTime(at)}>
        {ago(at, now, words)}
      </time>
    )
  },
  {
    id: 'what',
    title: words.__('What'),
    width: 'minmax(16em, 4fr)',
    cell: row => (
      <button
        type="button"
        // By keyboard it is the row's own Enter.
        tabIndex={-1}
        className="hop-TextButton"
        title={sentenceOf(row, names, words)}
        onClick={() => {
          show(row);
        }}
      >
        {sentenceOf(row, names, words)}
      </button>
    )
  },
  ...(withProject
    ? [
        {
          id: 'project',
          title: words.__('Project'),
          width: 'minmax(8em, 1fr)',
          cell: ({ project }: audit.AuditRow) => project ?? ''
        }
      ]
    : []),
  {
    id: 'outcome',
    title: words.__('Outcome'),
    width: '7.5em',
    cell: ({ outcome }) =>
      outcome === 'refused' ? <StateBadge tone="bad">{words.__('refused')}</StateBadge> : null
  },
  { id: 'way', title: words.__('Way in'), width: '9em', cell: ({ channel }) => wayWord(channel, words) },
  {
    id: 'address',
    title: words.__('Address'),
    width: 'minmax(8em, 1fr)',
    cell: ({ address }) => <span title={address ?? undefined}>{address}</span>
  }
];

const Rows = ({ model, names, withProject, height }: AuditViewProps): JSX.Element => {
  const words = useWords();
  const now = useNow();
  const [shown, setShown] = useState<audit.AuditRow | null>(null);
  const { rows, problem, loading, hasMore, filters } = model;
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      {problem && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {rows.length > 0 && (
        <Table
          label={words.__('What happened, newest first')}
          rows={rows}
          columns={columnsOf(names, now, words, withProject, setShown)}
          rowKey={({ position }) => position}
          onOpen={setShown}
          height={height}
        />
      )}
      {rows.length === 0 && !problem && (
        <EmptyState>
          {loading
            ? words.__('Loading…')
            : filtered
              ? words.__('Nothing that happened passes these filters.')
              : words.__('Nothing has happened yet.')}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <div className="hop-Audit-foot">
          <span className="hop-Quiet">
            {hasMore
              ? words._n('The newest row', 'The newest %1 rows', rows.length)
              : words._n('One row', 'All %1 rows', rows.length)}
          </span>
          {hasMore && (
            <Button busy={loading} onClick={() => void model.loadMore()}>
              {words.__('Show older ones')}
            </Button>
          )}
        </div>
      )}
      {shown && (
        <AuditDetails
          row={shown}
          model={model}
          names={names}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
    </>
  );
};

export interface AuditViewProps {
  readonly model: AuditModel;
  readonly names: Names;
  /** Rows of several projects are shown. */
  readonly withProject: boolean;
  /** Of the scrolled part, in pixels. */
  readonly height: number;
}

/** What happened: filters, rows, one row whole, and the same as a file. */
export const AuditView = (props: AuditViewProps): JSX.Element => {
  const words = useWords();
  const { model } = props;
  return (
    <div className="hop-Audit">
      <AuditFilters model={model} names={props.names} />
      <div className="hop-Audit-bar">
        <Button look="bare" icon="refresh" busy={model.loading} onClick={() => void model.reload()}>
          {words.__('Refresh')}
        </Button>
        <a className="hop-Button" href={model.fileAddress('csv')} download>
          {words.__('Export as CSV')}
        </a>
        <a className="hop-Button" href={model.fileAddress('ndjson')} download>
          {words.__('Export as NDJSON')}
        </a>
      </div>
      <Rows {...props} />
    </div>
  );
};
