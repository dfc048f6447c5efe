import { useEffect, useRef } from 'react';
import { Link, Redirect } from 'wouter';
import { Button, ProblemNotice, useWords } from '../../ui/index.js';
import { Card } from '../card.js';
import { ServerBadge, ServerProgress } from '../notebook-state.js';
import { useEnterServer, useNotebookServer, useProjectLive } from '../notebooks.model.js';
import { useQuota } from '../quota.model.js';
import { Page } from '../page.js';
import { SpawnForm } from '../spawn-form.js';
import { isGone, NoProject } from './project-page.js';

/** Choose, see it start, and be inside. */
export const StartPage = ({ name, me }: { readonly name: string; readonly me: string }) => {
  const words = useWords();
  const server = useNotebookServer(name);
  const quota = useQuota(name);
  const enter = useEnterServer(name);
  useProjectLive(name, me);
  const state = server.data?.state;

  // Only who watched it start is taken inside: not everybody who comes to this page.
  const watched = useRef(false);
  if (state === 'queued' || state === 'starting') watched.current = true;
  useEffect(() => {
    if (state === 'ready' && watched.current) enter.mutate(undefined);
  }, [state]);

  if (isGone(server)) return <NoProject error={server.error} onRetry={() => void server.refetch()} />;
  if (state === 'ready' && !watched.current) return <Redirect to={`/projects/${name}`} replace />;
  return (
    <Page title={words.__('Start notebook server in %1', name)}>
      <nav className="hub-Crumbs" aria-label={words.__('You are here')}>
        <Link href="/">{words.__('My projects')}</Link> › <Link href={`/projects/${name}`}>{name}</Link>
      </nav>
      <h1>{words.__('Start notebook server')}</h1>
      {quota.isError && <ProblemNotice error={quota.error} onRetry={() => void quota.refetch()} />}
      {server.data && state === 'failed' && <ServerProgress project={name} server={server.data} />}
      {(state === 'absent' || state === 'failed') && quota.data && (
        <SpawnForm project={name} quota={quota.data} />
      )}
      {server.data && state && state !== 'absent' && state !== 'failed' && (
        <Card title={words.__('Your notebook server in %1', name)} action={<ServerBadge state={state} />}>
          <ServerProgress project={name} server={server.data} />
          {state === 'ready' && <p role="status">{words.__('Ready. Taking you to JupyterLab …')}</p>}
          {enter.isError && (
            <>
              <ProblemNotice error={enter.error} />
              <Button
                look="main"
                onClick={() => {
                  enter.mutate(undefined);
                }}
              >
                {words.__('Open JupyterLab')}
              </Button>
            </>
          )}
        </Card>
      )}
    </Page>
  );
};
