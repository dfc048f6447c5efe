import type { experiments } from '@hopslab/schema';
import type { JSX } from 'react';
import { Button, ProblemNotice, useAsking, useWords } from '../../ui/index.js';

interface Props {
  readonly trial: experiments.Trial;
  /** Why I may not stop it; null where I may. */
  readonly refusal: string | null;
  readonly stop: () => Promise<void>;
}

/** The way to stop one trial that waits or runs; the others go on. */
export const StopTrial = ({ trial, refusal, stop }: Props): JSX.Element | null => {
  const words = useWords();
  const { busy, outcome, ask } = useAsking(trial.state);
  const { number, state, stopAsked = false } = trial;
  if (state !== 'running' && state !== 'queued') return null;
  return (
    <>
      <Button
        look="danger"
        icon="stop"
        busy={busy || stopAsked}
        disabledReason={refusal}
        onClick={() => void ask(stop)}
      >
        {stopAsked ? words.__('Stopping trial %1…', number) : words.__('Stop this trial')}
      </Button>
      {outcome !== null && <ProblemNotice error={outcome} />}
    </>
  );
};
