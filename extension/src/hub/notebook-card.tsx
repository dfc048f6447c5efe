import type { notebooks } from '@hopslab/schema';
import { Link } from 'wouter';
import { Button, formatBytes, ProblemNotice, useWords, type Translate } from '../ui/index.js';
import { Card } from './card.js';
import { ServerBadge, ServerProgress, StopButton } from './notebook-state.js';
import { useEnterServer, useNotebookServer } from './notebooks.model.js';

const described = (words: Translate, { executors, cores, memory, gpus }: notebooks.Resources): string => {
  const each = [
    words._n('%1 core', '%1 cores', cores),
    formatBytes(memory),
    ...(gpus > 0 ? [words._n('%1 GPU', '%1 GPUs', gpus)] : [])
  ].join(', ');
  return executors === 0
    ? words.__('No Spark; the kernel has %1.', each)
    : words._n('%1 executor with %2.', '%1 executors with %2 each.', executors, each);
};

/** `on`: the project uses the service. */
export const NotebookCard = ({ project, on }: { readonly project: string; readonly on: boolean }) => {
  const words = useWords();
  const server = useNotebookServer(project);
  const enter = useEnterServer(project);
  const state = server.data?.state;
  return (
    <Card title={words.__('Notebook server')} action={state && <ServerBadge state={state} />}>
      {server.isError && <ProblemNotice error={server.error} onRetry={() => void server.refetch()} />}
      {server.data && <ServerProgress project={project} server={server.data} />}
      {server.data?.resources && state !== 'absent' && <p>{described(words, server.data.resources)}</p>}
      {(state === 'absent' || state === 'failed') && !on && (
        <p className="hub-quiet">
          {words.__('This project does not use notebooks. A data owner can switch the service on.')}
        </p>
      )}
      {(state === 'absent' || state === 'failed') && on && (
        <>
          <p className="hub-quiet">
            {words.__('JupyterLab with the project’s notebooks and data, and Spark beside it.')}
          </p>
          <Link href={`/projects/${project}/start`} className="hop-Button hop-mod-main hub-start">
            {words.__('Start notebook server')}
          </Link>
        </>
      )}
      {state === 'ready' && (
        <div className="hub-Row">
          <Button
            look="main"
            busy={enter.isPending || enter.isSuccess}
            onClick={() => {
              enter.mutate(undefined);
            }}
          >
            {words.__('Open JupyterLab')}
          </Button>
          <StopButton project={project} ask />
        </div>
      )}
      {enter.isError && <ProblemNotice error={enter.error} />}
    </Card>
  );
};
