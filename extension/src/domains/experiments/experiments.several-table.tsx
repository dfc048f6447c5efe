import type { experiments } from '@hopslab/schema';
import { useState, type JSX, type ReactNode } from 'react';
import {
  CheckField,
  Elapsed,
  formatDuration,
  formatNumber,
  formatTime,
  StateBadge,
  useWords,
  type Translate
} from '../../ui/index.js';
import type { Compared } from './experiments.compare.js';
import { compareExperiments, winners, type Fact } from './experiments.several-rows.js';
import { valueText } from './experiments.trial-columns.js';
import { directionWord, experimentTone, experimentWord } from './experiments.words.js';

type Experiment = experiments.Experiment;

/** One of those compared, with the number that its line has. */
interface Numbered {
  readonly number: number;
  readonly experiment: Experiment;
}

interface Props {
  readonly items: readonly Numbered[];
  readonly open: (id: string) => void;
}

const titles = (words: Translate): Readonly<Record<Fact, string>> => ({
  state: words.__('State'),
  metric: words.__('Metric'),
  best: words.__('Best value'),
  complete: words.__('Trials complete'),
  pruned: words.__('Trials pruned'),
  failed: words.__('Trials failed'),
  stopped: words.__('Trials stopped'),
  planned: words.__('Trials planned'),
  parallel: words.__('In parallel'),
  algorithm: words.__('Algorithm'),
  pruner: words.__('Pruner'),
  seed: words.__('Seed'),
  createdBy: words.__('Started by'),
  startedAt: words.__('Started'),
  duration: words.__('Duration'),
  tags: words.__('Tags')
});

const Cell = ({ fact, of, wins }: { fact: Fact; of: Experiment; wins: boolean }): JSX.Element => {
  const words = useWords();
  const none = <span className="hop-Quiet">{words.__('none')}</span>;
  switch (fact) {
    case 'state':
      return <StateBadge tone={experimentTone[of.state]}>{experimentWord(of.state, words)}</StateBadge>;
    case 'metric':
      return (
        <>
          {of.objectives.map(({ metric, direction }) => (
            <div key={metric} title={metric}>
              {metric} <span className="hop-Quiet">({directionWord(direction, words)})</span>
            </div>
          ))}
        </>
      );
    case 'best':
      if (of.front !== null && of.front > 0) return <>{words.__('%1 on the front', of.front)}</>;
      if (!of.best) return none;
      return wins ? (
        <strong>
          {formatNumber(of.best.value)} {words.__('the best')}
        </strong>
      ) : (
        <>{formatNumber(of.best.value)}</>
      );
    case 'complete':
    case 'pruned':
    case 'failed':
    case 'stopped':
      return <>{of.trialCounts[fact]}</>;
    case 'planned':
    case 'parallel':
    case 'algorithm':
    case 'createdBy':
      return <>{of[fact]}</>;
    case 'pruner':
    case 'seed':
      return of[fact] === null ? none : <span title={String(of[fact])}>{of[fact]}</span>;
    case 'startedAt':
      return <>{formatTime(of.startedAt)}</>;
    case 'duration':
      return of.endedAt === null ? (
        <Elapsed since={of.startedAt} />
      ) : (
        <>{formatDuration(Date.parse(of.endedAt) - Date.parse(of.startedAt))}</>
      );
    case 'tags':
      return of.tags.length === 0 ? none : <span title={of.tags.join(', ')}>{of.tags.join(', ')}</span>;
  }
};

interface RowsProps<N extends string> {
  readonly title: string;
  readonly lines: readonly Compared<N>[];
  readonly only: boolean;
  readonly nameOf?: (name: N) => string;
  readonly cell: (line: Compared<N>, index: number) => ReactNode;
}

const Rows = <N extends string>({ title, lines, only, nameOf = name => name, cell }: RowsProps<N>) => {
  const words = useWords();
  const shown = only ? lines.filter(({ differ }) => differ) : lines;
  if (shown.length === 0) return null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={1 + (shown[0]?.values.length ?? 0)} className="hop-SeveralTable-part">
          {title}
        </th>
      </tr>
      {shown.map(line => (
        <tr key={line.name}>
          <th scope="row" title={nameOf(line.name)}>
            {nameOf(line.name)}{' '}
            {line.differ && <span className="hop-Comparison-differs">{words.__('differs')}</span>}
          </th>
          {line.values.map((_, index) => (
            <td key={index}>{cell(line, index)}</td>
          ))}
        </tr>
      ))}
    </tbody>
  );
};

const Value = ({ value }: { value: Compared['values'][number] }): JSX.Element => {
  const words = useWords();
  if (value === undefined) return <span className="hop-Quiet">{words.__('none')}</span>;
  return <span title={String(value)}>{valueText(value)}</span>;
};

/** Several experiments, one column each. */
export const SeveralTable = ({ items, open }: Props): JSX.Element => {
  const words = useWords();
  const [only, setOnly] = useState(false);
  const compared = items.map(({ experiment }) => experiment);
  const { facts, params, space } = compareExperiments(compared);
  const best = winners(compared);
  const names = titles(words);
  const alike = ![...facts, ...params, ...space].some(({ differ }) => differ);
  const value = ({ values }: Compared, index: number): JSX.Element => <Value value={values[index]} />;
  return (
    <section className="hop-Comparison hop-SeveralTable" aria-label={words.__('Side by side')}>
      <div className="hop-SeveralTable-bar">
        <CheckField label={words.__('Only what differs')} checked={only} onChange={setOnly} />
      </div>
      <div
        className="hop-Comparison-scroll"
        // Scrolled by keyboard too, so it has to be reachable.
        tabIndex={0}
        role="group"
        aria-label={words.__('Comparison')}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{words.__('Experiment')}</th>
              {items.map(({ number, experiment: { id, name } }) => (
                <th key={id} scope="col">
                  <span className="hop-SeveralTable-name">
                    <span>{number} ·</span>
                    <button
                      type="button"
                      className="hop-TextButton"
                      title={name}
                      onClick={() => {
                        open(id);
                      }}
                    >
                      {name}
                    </button>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <Rows
            title={words.__('How they stand')}
            lines={facts}
            only={only}
            nameOf={fact => names[fact]}
            cell={({ name }, index) => {
              const experiment = items[index]?.experiment;
              return experiment && <Cell fact={name} of={experiment} wins={best.has(experiment.id)} />;
            }}
          />
          <Rows
            title={words.__('Hyperparameters of the best trial')}
            lines={params}
            only={only}
            cell={value}
          />
          <Rows title={words.__('What was searched')} lines={space} only={only} cell={value} />
        </table>
      </div>
      {only && alike && <p className="hop-Section-note">{words.__('They do not differ.')}</p>}
    </section>
  );
};
