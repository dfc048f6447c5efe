import type { experiments } from '@hopslab/schema';
import { useMemo, useState, type JSX } from 'react';
import { FrontChart, SelectField, useWords, type Spot } from '../../ui/index.js';
import { measured } from './experiments.objectives.js';
import { evenly } from './experiments.pick.js';
import { directionWord } from './experiments.words.js';

interface Props {
  readonly experiment: experiments.Experiment;
  readonly left: readonly experiments.Trial[];
  readonly opened: number | null;
  readonly onOpen: (number: number) => void;
}

/** More that are not on the front are drawn evenly. */
const mostOthers = 3000;

/** The trials by two of the metrics, with those on the front told from the others. */
export const FrontView = ({ experiment, left, opened, onOpen }: Props): JSX.Element => {
  const words = useWords();
  const { objectives, name } = experiment;
  const [chosen, choose] = useState<readonly [number, number]>([0, 1]);
  const [across, up] = [objectives[chosen[0]], objectives[chosen[1]]];
  const spots = useMemo(
    () =>
      left.flatMap((trial): Spot[] => {
        const [x, y] = [across, up].map(one => (one ? measured(trial, one.metric) : null));
        return x == null || y == null ? [] : [{ number: trial.number, x, y, front: trial.front === true }];
      }),
    [left, across?.metric, up?.metric]
  );
  const front = useMemo(() => spots.filter(spot => spot.front), [spots]);
  const others = useMemo(
    () =>
      evenly(
        spots.filter(spot => !spot.front),
        mostOthers
      ),
    [spots]
  );
  if (!across || !up || spots.length === 0)
    return <p className="hop-Section-note">{words.__('None of these trials is complete.')}</p>;
  const options = objectives.map(({ metric, direction }, index) => ({
    value: String(index),
    label: `${metric} (${directionWord(direction, words)})`
  }));
  /** The other axis makes room: two of the same would be a line. */
  const axis = (which: 0 | 1, label: string): JSX.Element => (
    <SelectField
      label={label}
      value={String(chosen[which])}
      options={options}
      onChange={value => {
        const [now, other] = [Number(value), chosen[which === 0 ? 1 : 0]];
        const rest = now === other ? chosen[which] : other;
        choose(which === 0 ? [now, rest] : [rest, now]);
      }}
    />
  );
  return (
    <div className="hop-Front">
      {objectives.length > 2 && (
        <div className="hop-Front-axes">
          {axis(0, words.__('Across'))}
          {axis(1, words.__('Up'))}
        </div>
      )}
      <FrontChart
        front={front}
        others={others}
        across={across}
        up={up}
        // Of more than two the front is no line: what one trial lacks here it has elsewhere.
        isLine={objectives.length === 2}
        opened={opened}
        onOpen={onOpen}
        fileName={words.__('%1 front', name)}
      />
      <p className="hop-Field-hint">
        {words.__(
          'On the front: no other trial is as good in every metric and better in one. Click a trial to see what is known of it.'
        )}
        {others.length + front.length < spots.length &&
          ` ${words.__('%1 of %2 others are drawn, evenly.', others.length, spots.length - front.length)}`}
      </p>
    </div>
  );
};
