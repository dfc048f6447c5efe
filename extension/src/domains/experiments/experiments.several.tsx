import type { JSX } from 'react';
import { Button, Notice, ProblemNotice, useWords } from '../../ui/index.js';
import { mostFetched, type Progress } from './experiments.progress.js';
import { SeveralCharts } from './experiments.several-charts.js';
import type { Several } from './experiments.several-model.js';
import { SeveralTable } from './experiments.several-table.js';
import { endedTrials } from './experiments.order.js';

interface Props {
  readonly model: Several;
  readonly open: (id: string) => void;
  readonly tensorboard: (ids: readonly string[]) => void;
}

/** Why one is not there, or not all of it. */
const Missing = ({ number, member }: { number: number; member: Progress }): JSX.Element | null => {
  const words = useWords();
  const { id, experiment, problem, loading, cut } = member;
  if (problem?.code === 'experiment.unknown')
    return (
      <Notice tone="warning" title={words.__('Experiment %1 is not in this project any more', number)}>
        <p>{words.__('It was %1.', experiment?.name ?? id)}</p>
      </Notice>
    );
  if (problem) return <ProblemNotice error={problem} onRetry={() => void member.reload()} />;
  if (loading === 'loading') return null;
  return cut && experiment ? (
    <p className="hop-Quiet">
      {words.__(
        'The line of %1 shows the first %2 of its %3 ended trials, and where it stands now.',
        experiment.name,
        mostFetched,
        endedTrials(experiment)
      )}
    </p>
  ) : null;
};

/** The tab of several experiments, side by side. */
export const SeveralView = ({ model, open, tensorboard }: Props): JSX.Element => {
  const words = useWords();
  const { members } = model;
  const waiting = members.filter(({ loading }) => loading === 'loading').length;
  const items = members.flatMap(({ experiment, problem }, index) =>
    experiment && problem?.code !== 'experiment.unknown' ? [{ number: index + 1, experiment }] : []
  );
  const there = items.map(({ experiment }) => experiment.id);
  return (
    <div className="hop-ExperimentView hop-Several">
      <header className="hop-ExperimentHeader-title">
        <h2>{words._n('%1 experiment', '%1 experiments side by side', items.length)}</h2>
        <span role="status">
          {waiting > 0 && words.__('Fetching the trials of %1 of %2…', waiting, members.length)}
        </span>
        {there.length > 0 && (
          <Button
            onClick={() => {
              tensorboard(there);
            }}
          >
            {words.__('TensorBoard')}
          </Button>
        )}
      </header>
      {members.map((member, index) => (
        <Missing key={member.id} number={index + 1} member={member} />
      ))}
      <SeveralCharts members={members} />
      {items.length > 0 && <SeveralTable items={items} open={open} />}
    </div>
  );
};
