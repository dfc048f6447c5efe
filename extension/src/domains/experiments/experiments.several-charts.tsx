import { useMemo, type JSX } from 'react';
import { BestLinesChart, formatNumber, useWords, type BestLine } from '../../ui/index.js';
import { useCalmed } from './experiments.calmed.js';
import type { Progress } from './experiments.progress.js';
import { byMetric } from './experiments.several-rows.js';
import { directionWord } from './experiments.words.js';

interface Drawn extends BestLine {
  readonly metric: string;
  readonly direction: 'maximize' | 'minimize';
  readonly waiting: boolean;
}

/** How often they are drawn again while trials come in, in ms. */
const every = 500;

const drawnOf = (members: readonly Progress[]): readonly Drawn[] =>
  members.flatMap(({ experiment, line, loading }, index) => {
    if (!experiment) return [];
    const { name, metric, direction } = experiment;
    return [{ number: index + 1, name, metric, direction, points: line, waiting: loading === 'loading' }];
  });

const isSame = (a: readonly Drawn[], b: readonly Drawn[]): boolean =>
  a.length === b.length &&
  a.every(
    ({ name, points, waiting }, n) =>
      name === b[n]?.name && points === b[n].points && waiting === b[n].waiting
  );

/** The same array until a line changes: a chart is drawn again for another one. */
const createKept = () => {
  let kept: readonly Drawn[] = [];
  return (next: readonly Drawn[]): readonly Drawn[] => (isSame(next, kept) ? kept : (kept = next));
};

const One = ({ metric, direction, of }: ReturnType<typeof byMetric<Drawn>>[number]): JSX.Element => {
  const words = useWords();
  const ends = of.flatMap(({ number, name, points }) => {
    const end = points.at(-1);
    if (!end) return [];
    const value = formatNumber(end.value);
    return [
      words._n('%2 · %3: %4 after %1 trial', '%2 · %3: %4 after %1 trials', end.count, number, name, value)
    ];
  });
  return (
    <section className="hop-SeveralChart" aria-label={words.__('Best %1 so far', metric)}>
      <h3>
        {words.__('Best so far: %1', metric)}{' '}
        <span className="hop-Quiet">({directionWord(direction, words)})</span>
      </h3>
      {ends.length === 0 ? (
        <p className="hop-Section-note">
          {of.some(({ waiting }) => waiting) ? words.__('Loading…') : words.__('No trial is complete yet.')}
        </p>
      ) : (
        <BestLinesChart
          lines={of}
          metric={metric}
          fileName={words.__('Best %1', metric)}
          label={words.__('Best %1 so far by the number of ended trials. %2', metric, ends.join('; '))}
        />
      )}
    </section>
  );
};

/** The lines of several experiments: one chart for each metric and direction. */
export const SeveralCharts = ({ members }: { readonly members: readonly Progress[] }): JSX.Element => {
  const words = useWords();
  const keep = useMemo(createKept, []);
  const drawn = useCalmed(keep(drawnOf(members)), every);
  const groups = useMemo(() => byMetric(drawn, one => one), [drawn]);
  return (
    <>
      {groups.length > 1 && (
        <p>
          {words.__(
            'They do not all measure the same in the same direction, so there are %1 charts.',
            groups.length
          )}
        </p>
      )}
      {groups.map(group => (
        <One key={`${group.direction} ${group.metric}`} {...group} />
      ))}
    </>
  );
};
