import { useState, type JSX } from 'react';
import { formatBytes, formatDuration, Notice, NumberField, useWords } from '../../ui/index.js';
import { costOf } from './experiments.cost.js';
import type { FormModel } from './experiments.form-model.js';

const hour = 3_600_000;
/** A guess has no more digits than that. */
const rough = (hours: number): string => String(Number(hours.toPrecision(2)));

/** What the search takes of the quota, and how long it may be; the person guesses how long one trial is. */
export const CostLines = ({ model }: { readonly model: FormModel }): JSX.Element | null => {
  const words = useWords();
  const [minutes, setMinutes] = useState<number | null>(1);
  const { draft, resources, quota } = model;
  if (!draft || !resources) return null;
  const cost = costOf(draft, resources, quota, minutes ?? 0);
  const { cores, memory, gpus } = cost;
  return (
    <section className="hop-Cost" aria-label={words.__('What it costs')}>
      <h3>{words.__('What it costs')}</h3>
      <p>
        {resources.executors > 0
          ? words._n(
              'It runs on the executor of your notebook server, %2 at a time.',
              'It runs on the %1 executors of your notebook server, %2 at a time.',
              resources.executors,
              cost.parallel
            )
          : words.__('It runs beside the kernel on your notebook server, %1 at a time.', cost.parallel)}{' '}
        {words.__(
          'It holds until its end: cores: %1, memory: %2, GPUs: %3.',
          cores,
          formatBytes(memory),
          gpus
        )}{' '}
        {quota &&
          words.__(
            'You hold %1 of your %2 cores, the project %3 of %4.',
            quota.user.used.cores,
            quota.user.limit.cores,
            quota.project.used.cores,
            quota.project.limit.cores
          )}
      </p>
      <NumberField
        label={words.__('How long a trial takes, as you guess')}
        unit={words.__('min')}
        min={0}
        max={100_000}
        step={0.5}
        value={minutes}
        onChange={setMinutes}
      />
      <p role="status">
        {cost.hours === null
          ? words.__('Give a number of trials or a time, and it is known how long it may take.')
          : words.__(
              'Then it takes about %1: %2 core-hours and %3 GPU-hours.',
              formatDuration(cost.hours * hour),
              rough(cost.hours * cores),
              rough(cost.hours * gpus)
            )}
      </p>
      {cost.beyond && (
        <Notice tone="warning" title={words.__('That is more than is left of this month')}>
          <p>
            {cost.beyond.what === 'core-hours'
              ? words.__('%1 core-hours are left, and what runs ends with them.', rough(cost.beyond.left))
              : words.__('%1 GPU-hours are left, and what runs ends with them.', rough(cost.beyond.left))}
          </p>
        </Notice>
      )}
    </section>
  );
};
