import { useEffect, useRef, type JSX } from 'react';
import { Button, Notice, useWords } from '../../ui/index.js';
import type { Run } from './experiments.programs.js';

export interface RunActions {
  readonly openExperiment: (id: string) => void;
  readonly openLog: (path: string) => void;
}

/** How a run that was begun here stands, from its kernel's start to its end; it comes into sight as it changes. */
export const RunNotice = (props: { run: Run; actions: RunActions }): JSX.Element => {
  const place = useRef<HTMLDivElement>(null);
  const { id, state } = props.run;
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [id, state]);
  return (
    <div ref={place}>
      <Stand {...props} />
    </div>
  );
};

const Stand = ({ run, actions }: { run: Run; actions: RunActions }): JSX.Element => {
  const words = useWords();
  const { experiment } = run;
  const log = (
    <Button
      onClick={() => {
        actions.openLog(run.log);
      }}
    >
      {words.__('Open its log')}
    </Button>
  );
  if (run.state === 'failed')
    return (
      <Notice tone="error" title={words.__('%1 failed', run.name)} actions={log}>
        <p className="hop-Run-words">{run.detail}</p>
        {run.traceback && (
          <pre className="hop-Run-trace" tabIndex={0} aria-label={words.__('Traceback')}>
            {run.traceback}
          </pre>
        )}
      </Notice>
    );
  if (!experiment)
    return (
      <Notice tone="info" title={words.__('%1 is starting', run.name)} actions={log}>
        <p>{run.step}</p>
        <p>{words.__('It goes on when you close this page.')}</p>
      </Notice>
    );
  const open = (
    <Button
      look="main"
      onClick={() => {
        actions.openExperiment(experiment);
      }}
    >
      {words.__('Open the experiment')}
    </Button>
  );
  return run.state === 'starting' || run.state === 'running' ? (
    <Notice tone="success" title={words.__('%1 is running', run.name)} actions={open}>
      <p>{words.__('It goes on when you close this page; its kernel is among those that run.')}</p>
    </Notice>
  ) : (
    <Notice tone="success" title={words.__('%1 has ended', run.name)} actions={open}>
      {run.detail && <p>{run.detail}</p>}
    </Notice>
  );
};
