import type { experiments } from '@hopslab/schema';
import { useMemo, type JSX } from 'react';
import { Table, useWords } from '../../ui/index.js';
import { gpuColumn } from './experiments.gpu-facts.js';
import { isSeveral } from './experiments.objectives.js';
import { hasEnded } from './experiments.order.js';
import { trialColumns } from './experiments.trial-columns.js';

type Trial = experiments.Trial;

interface Props {
  readonly experiment: experiments.Experiment;
  readonly trials: readonly Trial[];
  /** Whether the best come first at the beginning, rather than the newest. */
  readonly bestFirst: boolean;
  /** Whether there are others, which the filter leaves out. */
  readonly filtered: boolean;
  readonly opened: number | null;
  /** Those that are compared. */
  readonly ticked: ReadonlySet<number>;
  readonly onTick: (number: number) => void;
  readonly onOpen: (number: number, by: 'key' | 'pointer') => void;
}

/** The trials that are looked at, sortable; each opens what is known of it. */
export const TrialTable = (props: Props): JSX.Element => {
  const { experiment, trials, bestFirst, filtered, opened, ticked, onTick, onOpen } = props;
  const words = useWords();
  const { metric, direction, best } = experiment;
  const bestNumber = best?.number;
  const gpus = trials.some(({ usage }) => usage?.gpu);
  const columns = useMemo(
    () => [...trialColumns(experiment, bestNumber, words), ...(gpus ? [gpuColumn(words)] : [])],
    // The space is another object with each event, and never another space.
    [experiment.id, metric, bestNumber, words, gpus]
  );
  const none = hasEnded(experiment) ? words.__('No trial was begun.') : words.__('No trial has begun yet.');
  return (
    <div className="hop-Trials">
      <div style={{ minWidth: `${columns.length * 8 + 4}em` }}>
        <Table
          label={words.__('Trials')}
          rows={trials}
          columns={columns}
          rowKey={({ number }) => number}
          sorting={
            bestFirst && isSeveral(experiment)
              ? { column: 'front', direction: 'descending' }
              : bestFirst
                ? { column: 'value', direction: direction === 'maximize' ? 'descending' : 'ascending' }
                : { column: 'number', direction: 'descending' }
          }
          opened={opened}
          onOpen={({ number }, by) => {
            onOpen(number, by);
          }}
          opensByClick
          ticks={{
            of: ticked,
            title: words.__('Compare'),
            label: ({ number }) => words.__('Compare trial %1', number),
            toggle: ({ number }) => {
              onTick(number);
            }
          }}
          empty={<p className="hop-Section-note">{filtered ? words.__('No trial is like that.') : none}</p>}
        />
      </div>
    </div>
  );
};
