import type { notebooks } from '@hopslab/schema';
import {
  Button,
  ConfirmDialog,
  Notice,
  ProblemNotice,
  Progress,
  StateBadge,
  useWords,
  type StateTone,
  type Translate
} from '../ui/index.js';
import { useState } from 'react';
import { useStopServer } from './notebooks.model.js';

type Server = notebooks.NotebookServer;

const tones: Readonly<Record<Server['state'], StateTone>> = {
  absent: 'ended',
  queued: 'waiting',
  starting: 'busy',
  ready: 'good',
  stopping: 'busy',
  failed: 'bad'
};

const stateWord = (words: Translate, state: Server['state']): string =>
  ({
    absent: words.__('Not running'),
    queued: words.__('Queued'),
    starting: words.__('Starting'),
    ready: words.__('Running'),
    stopping: words.__('Stopping'),
    failed: words.__('Failed')
  })[state];

export const ServerBadge = ({ state }: { readonly state: Server['state'] }) => {
  const words = useWords();
  return <StateBadge tone={tones[state]}>{stateWord(words, state)}</StateBadge>;
};

/** Stops the server: at once while it only starts, after a question when work may be lost. */
export const StopButton = ({
  project,
  ask,
  label
}: {
  readonly project: string;
  readonly ask: boolean;
  readonly label?: string;
}) => {
  const words = useWords();
  const stop = useStopServer(project);
  const [asking, setAsking] = useState(false);
  const stopNow = (): void => {
    stop.mutate(undefined, {
      onSettled: () => {
        setAsking(false);
      }
    });
  };
  return (
    <>
      <Button
        icon="stop"
        busy={stop.isPending}
        onClick={() => {
          if (ask) setAsking(true);
          else stopNow();
        }}
      >
        {label ?? words.__('Stop')}
      </Button>
      {stop.isError && <ProblemNotice error={stop.error} />}
      {asking && (
        <ConfirmDialog
          title={words.__('Stop your notebook server?')}
          act={words.__('Stop it')}
          danger
          busy={stop.isPending}
          onConfirm={stopNow}
          onClose={() => {
            setAsking(false);
          }}
        >
          <p>
            {words.__(
              'Unsaved changes in open notebooks are lost, as are its kernels and what they hold in memory; a running experiment stops. Saved files and results stay. What it holds of the quota is free again.'
            )}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};

/** What the server is doing on its way up or down; nothing while it rests. */
export const ServerProgress = ({
  project,
  server
}: {
  readonly project: string;
  readonly server: Server;
}) => {
  const words = useWords();
  const since = server.startedAt;
  if (server.state === 'queued')
    return (
      <>
        <Progress
          step={
            server.queuePosition === undefined
              ? words.__('Waiting for resources')
              : words.__('Waiting for resources, number %1 in the queue', server.queuePosition)
          }
          since={since}
          action={<StopButton project={project} ask={false} label={words.__('Stop waiting')} />}
        />
        {server.reason && <p className="hub-quiet">{server.reason}</p>}
      </>
    );
  if (server.state === 'starting')
    return (
      <Progress
        step={server.progress?.step ?? words.__('Starting')}
        fraction={server.progress?.fraction}
        since={since}
        action={<StopButton project={project} ask={false} />}
      />
    );
  if (server.state === 'stopping') return <Progress step={words.__('Stopping')} />;
  if (server.state === 'failed')
    return (
      <Notice tone="error" title={words.__('The notebook server failed')}>
        <p>{server.reason ?? words.__('It ended without saying why; its log may tell.')}</p>
      </Notice>
    );
  return server.reason ? <Notice tone="info" title={server.reason} /> : null;
};
