import type { experiments } from '@hopslab/schema';
import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import {
  Button,
  Elapsed,
  formatDuration,
  formatNumber,
  StateBadge,
  Table,
  useWords,
  type Column,
  type Translate
} from '../../ui/index.js';
import { hasEnded } from './experiments.order.js';
import { trialTone, trialWord } from './experiments.words.js';

type Trial = experiments.Trial;

interface Props {
  readonly experiment: experiments.Experiment;
  readonly trials: readonly Trial[];
  /** Whether the best come first at the beginning, rather than the first. */
  readonly bestFirst: boolean;
}

const value = (of: Trial['params'][string] | undefined): string => {
  if (of === undefined) return '';
  return typeof of === 'number' ? formatNumber(of) : String(of);
};

const sortable = (of: Trial['params'][string] | undefined): string | number | null =>
  of === undefined || of === null ? null : typeof of === 'boolean' ? Number(of) : of;

const milliseconds = ({ startedAt, endedAt }: Trial): number | null =>
  startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);

const Duration = ({ trial }: { trial: Trial }): JSX.Element => {
  const took = milliseconds(trial);
  if (took !== null) return <>{took < 1000 ? `${took} ms` : formatDuration(took)}</>;
  return trial.startedAt !== null && trial.state === 'running' ? <Elapsed since={trial.startedAt} /> : <></>;
};

const columnsOf = (
  { space, metric, best }: experiments.Experiment,
  words: Translate,
  show: (number: number) => void
): Column<Trial>[] => [
  {
    id: 'number',
    title: words.__('Trial'),
    width: '6em',
    align: 'end',
    cell: ({ number }) => number,
    sortBy: ({ number }) => number
  },
  {
    id: 'state',
    title: words.__('State'),
    width: '7.5em',
    cell: ({ state }) => <StateBadge tone={trialTone[state]}>{trialWord(state, words)}</StateBadge>,
    sortBy: ({ state }) => state
  },
  {
    id: 'value',
    title: metric,
    width: 'minmax(8em, 1fr)',
    align: 'end',
    cell: trial => {
      if (trial.value === null) return '';
      const text = formatNumber(trial.value);
      return trial.number === best?.number ? <strong title={words.__('The best')}>{text}</strong> : text;
    },
    sortBy: trial => trial.value
  },
  ...Object.keys(space).map((name): Column<Trial> => ({
    id: `param:${name}`,
    title: name,
    width: 'minmax(8em, 1fr)',
    align: space[name]?.kind === 'choice' ? 'start' : 'end',
    cell: ({ params }) => value(params[name]),
    sortBy: ({ params }) => sortable(params[name])
  })),
  {
    id: 'duration',
    title: words.__('Duration'),
    width: '7em',
    align: 'end',
    cell: trial => <Duration trial={trial} />,
    sortBy: milliseconds
  },
  {
    id: 'reason',
    title: words.__('Reason'),
    width: 'minmax(12em, 3fr)',
    cell: ({ number, reason, traceback }) =>
      traceback === undefined ? (
        <span title={reason}>{reason}</span>
      ) : (
        <button
          type="button"
          // By keyboard it is the row's own Enter: else each failed trial would be one more stop for Tab.
          tabIndex={-1}
          className="hop-TextButton"
          title={reason}
          onClick={() => {
            show(number);
          }}
        >
          {reason ?? words.__('Show the traceback')}
        </button>
      ),
    sortBy: ({ reason }) => reason ?? null
  }
];

const Traceback = ({ trial, close }: { trial: Trial; close: () => void }): JSX.Element => {
  const words = useWords();
  const text = useRef<HTMLPreElement>(null);
  useEffect(() => {
    // It opens below the table, which may fill the window.
    text.current?.focus({ preventScroll: true });
    text.current?.scrollIntoView({ block: 'nearest' });
  }, [trial.number]);
  return (
    <section className="hop-Traceback" aria-label={words.__('Traceback of trial %1', trial.number)}>
      <div className="hop-Traceback-title">
        <h3>{words.__('Trial %1: %2', trial.number, trial.reason ?? trialWord(trial.state, words))}</h3>
        <Button look="bare" icon="cross" iconOnly onClick={close}>
          {words.__('Close the traceback')}
        </Button>
      </div>
      {/* Scrolled by keyboard too, so it has to be reachable. */}
      <pre tabIndex={0} ref={text}>
        {trial.traceback}
      </pre>
    </section>
  );
};

/** All trials, sortable; a failed one opens its traceback below. */
export const TrialTable = ({ experiment, trials, bestFirst }: Props): JSX.Element => {
  const words = useWords();
  const [open, setOpen] = useState<number | null>(null);
  const columns = useMemo(() => columnsOf(experiment, words, setOpen), [experiment, words]);
  const opened = open === null ? undefined : trials.find(({ number }) => number === open);
  const narrowest = columns.length * 8 + 4;
  return (
    <>
      <div className="hop-Trials">
        <div style={{ minWidth: `${narrowest}em` }}>
          <Table
            label={words.__('Trials')}
            rows={trials}
            columns={columns}
            rowKey={({ number }) => number}
            sorting={
              bestFirst
                ? {
                    column: 'value',
                    direction: experiment.direction === 'maximize' ? 'descending' : 'ascending'
                  }
                : { column: 'number', direction: 'descending' }
            }
            onOpen={trial => {
              if (trial.traceback !== undefined) setOpen(trial.number);
            }}
            empty={
              <p className="hop-Section-note">
                {hasEnded(experiment) ? words.__('No trial was begun.') : words.__('No trial has begun yet.')}
              </p>
            }
          />
        </div>
      </div>
      {opened && (
        <Traceback
          trial={opened}
          close={() => {
            setOpen(null);
          }}
        />
      )}
    </>
  );
};
