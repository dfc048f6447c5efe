import type { experiments } from '@hopslab/schema';
import type { JSX } from 'react';
import { formatBytes, useWords, type Column, type Translate } from '../../ui/index.js';

type Trial = experiments.Trial;
type Gpu = NonNullable<NonNullable<Trial['usage']>['gpu']>;

const percent = (busy: number | undefined): string | undefined =>
  busy === undefined ? undefined : `${Math.round(busy)} %`;

/** How busy the GPUs of each trial were, for a table that has trials with some. */
export const gpuColumn = (words: Translate): Column<Trial> => ({
  id: 'gpu',
  title: words.__('GPU busy'),
  width: '7em',
  align: 'end',
  cell: ({ usage }) => percent(usage?.gpu?.busy) ?? '',
  sortBy: ({ usage }) => usage?.gpu?.busy ?? null
});

/** What the GPUs that a trial saw did while it ran, whoever used them. */
export const GpuFacts = ({ gpu: { count, busy, peakMemory } }: { gpu: Gpu }): JSX.Element => {
  const words = useWords();
  return (
    <>
      <div className="hop-Fact">
        <dt title={words.__('The mean over the time that it ran, whoever used them.')}>
          {words._n('%1 GPU, busy', '%1 GPUs, busy', count)}
        </dt>
        <dd>{percent(busy) ?? words.__('not told')}</dd>
      </div>
      <div className="hop-Fact">
        <dt>{words.__('GPU memory at most')}</dt>
        <dd>{formatBytes(peakMemory)}</dd>
      </div>
    </>
  );
};
