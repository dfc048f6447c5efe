import type { experiments } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, ProblemNotice, useAsking, useWords } from '../../ui/index.js';
import { AddTrial } from './experiments.add-trial.js';
import type { Steering } from './experiments.steering.js';

interface Props {
  readonly experiment: experiments.Experiment;
  readonly stopping: boolean;
  /** Why I may not steer it; null where I may. */
  readonly refusal: string | null;
  readonly stop: () => void;
  readonly steering: Steering;
}

/** Trains one model on all executors at once: nothing of it can wait. */
const single = 'distributed';

/** What can be done to an experiment that runs. */
export const SteeringBar = ({ experiment, stopping, refusal, stop, steering }: Props): JSX.Element => {
  const words = useWords();
  const [adding, setAdding] = useState(false);
  const { busy, outcome, ask } = useAsking(experiment.state);
  const paused = experiment.state === 'paused';
  const goesOn = (paused || experiment.state === 'running') && experiment.algorithm !== single && !stopping;
  return (
    <>
      <div className="hop-Steering" role="group" aria-label={words.__('Steer the experiment')}>
        {goesOn && (
          <>
            <Button
              icon={paused ? 'play' : 'pause'}
              busy={busy}
              disabledReason={refusal}
              onClick={() => void ask(paused ? steering.goOn : steering.pause)}
            >
              {paused ? words.__('Go on') : words.__('Pause')}
            </Button>
            <Button
              icon="plus"
              disabledReason={refusal}
              onClick={() => {
                setAdding(true);
              }}
            >
              {words.__('Add a trial…')}
            </Button>
            <Button
              icon="clock"
              busy={busy}
              disabledReason={refusal}
              onClick={() => void ask(steering.stopAfterRunning)}
            >
              {words.__('Stop after running ones')}
            </Button>
          </>
        )}
        <Button look="danger" icon="stop" busy={stopping} disabledReason={refusal} onClick={stop}>
          {stopping ? words.__('Stopping…') : words.__('Stop')}
        </Button>
      </div>
      {outcome !== null && <ProblemNotice error={outcome} />}
      {adding && (
        <AddTrial
          experiment={experiment}
          add={steering.addTrial}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </>
  );
};
