import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Redirect } from 'wouter';
import { EmptyState, useWords } from '../../ui/index.js';
import { notebookLabel } from '../label.js';
import { useEnterServer, useNotebookServer } from '../notebooks.model.js';
import { Page } from '../page.js';
import { useProjects } from '../projects.model.js';

const Return = ({ project }: { readonly project: string }) => {
  const words = useWords();
  const server = useNotebookServer(project);
  const enter = useEnterServer(project);
  const state = server.data?.state;
  useEffect(() => {
    if (state === 'ready') enter.mutate(undefined);
  }, [state]);
  // Whatever else it is doing, its project's page tells and helps.
  if (server.isError || enter.isError || (state && state !== 'ready'))
    return <Redirect to={`/projects/${project}`} replace />;
  return (
    <Page title={project} busy>
      <EmptyState>{words.__('Taking you back to your notebook in %1 …', project)}</EmptyState>
    </Page>
  );
};

/** Somebody comes from a notebook origin whose sign-in has run out: which project is it, and back there. */
export const BackPage = ({ label, user }: { readonly label: string; readonly user: string }) => {
  const listed = useProjects();
  const found = useQuery({
    queryKey: ['label', label, listed.data],
    enabled: listed.isSuccess,
    queryFn: async () => {
      for (const { name } of listed.data ?? []) if ((await notebookLabel(name, user)) === label) return name;
      return null;
    }
  });
  if (listed.isError || found.data === null) return <Redirect to="/" replace />;
  return found.data ? <Return project={found.data} /> : <Page title={label} busy />;
};
