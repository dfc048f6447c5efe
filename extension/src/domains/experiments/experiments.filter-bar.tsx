import { experiments } from '@hopslab/schema';
import { useMemo, type JSX, type ReactNode } from 'react';
import { Button, SelectField, TextField, useWords, type Translate } from '../../ui/index.js';
import type { Axis } from './experiments.axes.js';
import { isFiltering, noFilter, type Stretch, type TrialFilter } from './experiments.filter.js';
import { trialWord } from './experiments.words.js';

interface Props {
  readonly filter: TrialFilter;
  readonly onChange: (filter: TrialFilter) => void;
  readonly axes: readonly Axis[];
  readonly trials: readonly experiments.Trial[];
  readonly left: number;
  readonly metric: string;
  /** What can be done with the trials that are left. */
  readonly children?: ReactNode;
}

/** A stretch of an axis in words. */
const stretchWord = (axis: Axis, [low, high]: Stretch, words: Translate): string => {
  const none = axis.hasNone && low <= axis.none ? [words.__('none')] : [];
  const from = Math.max(low, axis.low);
  const to = Math.min(high, axis.high);
  const options = axis.options?.filter((_, at) => low <= at && at <= high);
  if (options) return [...none, ...options].join(', ') || words.__('nothing');
  const range = from > to ? [] : [words.__('%1 to %2', axis.text(from), axis.text(to))];
  return [...none, ...range].join(', ') || words.__('nothing');
};

/** Which trials are looked at: by state, words, conditions, and what was chosen on the axes. */
export const FilterBar = ({ filter, onChange, axes, trials, left, metric, children }: Props): JSX.Element => {
  const words = useWords();
  const counts = useMemo(() => Map.groupBy(trials, ({ state }) => state), [trials]);
  const states = experiments.trialStates.filter(state => counts.has(state) || state === filter.state);
  const chips = axes.filter(({ id }) => filter.brushes[id]?.length);
  const without = (id: string): void => {
    onChange({ ...filter, brushes: { ...filter.brushes, [id]: [] } });
  };
  return (
    <div className="hop-FilterBar" role="search" aria-label={words.__('Filter the trials')}>
      <SelectField
        label={words.__('State')}
        value={filter.state ?? ''}
        options={[
          { value: '', label: words.__('all (%1)', trials.length) },
          ...states.map(state => ({
            value: state,
            label: `${trialWord(state, words)} (${counts.get(state)?.length ?? 0})`
          }))
        ]}
        onChange={value => {
          onChange({ ...filter, state: value === '' ? null : value });
        }}
      />
      <TextField
        label={words.__('Words or conditions')}
        type="search"
        value={filter.text}
        placeholder={`${axes[0]?.name ?? 'x'}>0.1 ${metric}>=0.9`}
        onChange={text => {
          onChange({ ...filter, text });
        }}
      />
      <div className="hop-FilterBar-acts">
        <span role="status">
          {left === trials.length
            ? words._n('%1 trial', '%1 trials', left)
            : words.__('%1 of %2 trials', left, trials.length)}
        </span>
        {isFiltering(filter) && (
          <Button
            onClick={() => {
              onChange(noFilter);
            }}
          >
            {words.__('Clear')}
          </Button>
        )}
        {children}
      </div>
      {chips.length > 0 && (
        <ul className="hop-FilterBar-chips" aria-label={words.__('Chosen on the axes')}>
          {chips.map(axis => (
            <li key={axis.id}>
              <span title={axis.name}>
                {axis.name}{' '}
                <strong>
                  {filter.brushes[axis.id]?.map(stretch => stretchWord(axis, stretch, words)).join('; ')}
                </strong>
              </span>
              <Button
                look="bare"
                icon="cross"
                iconOnly
                onClick={() => {
                  without(axis.id);
                }}
              >
                {words.__('Take %1 away', axis.name)}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};
