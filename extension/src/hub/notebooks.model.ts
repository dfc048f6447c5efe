import { notebooks, projects } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ApiProblem, ConnectionState } from '../api/index.js';
import { api, client } from './client.js';

const serverKey = (p: string): readonly unknown[] => ['project', p, 'notebook-server'];

export const useNotebookServer = (p: string): UseQueryResult<notebooks.NotebookServer> =>
  useQuery({
    queryKey: serverKey(p),
    queryFn: ({ signal }) => api.call(notebooks.getNotebookServer, { params: { p } }, { signal })
  });

const showServer = async (p: string, server: notebooks.NotebookServer): Promise<void> => {
  client.setQueryData(serverKey(p), server);
  await client.invalidateQueries({ queryKey: ['project', p] });
};

export const useStartServer = (
  p: string
): UseMutationResult<notebooks.NotebookServer, unknown, notebooks.Resources & { readonly wait?: boolean }> =>
  useMutation({
    mutationFn: body => api.call(notebooks.startNotebookServer, { params: { p }, body }),
    onSuccess: server => showServer(p, server)
  });

export const useStopServer = (p: string): UseMutationResult<notebooks.NotebookServer, unknown, undefined> =>
  useMutation({
    mutationFn: () => api.call(notebooks.stopNotebookServer, { params: { p } }),
    onSuccess: server => showServer(p, server)
  });

/** Takes this window into JupyterLab, on its own origin. */
export const useEnterServer = (p: string): UseMutationResult<unknown, unknown, undefined> =>
  useMutation({
    mutationFn: () => api.call(notebooks.enterNotebookServer, { params: { p } }),
    onSuccess: ({ url }) => {
      location.assign(url);
    }
  });

/** Keeps everything shown of a project as it is now, for as long as its page is open. */
export const useProjectLive = (
  p: string,
  me: string
): { state: ConnectionState; refused: ApiProblem | null } => {
  const [state, setState] = useState<ConnectionState>('live');
  const [refused, setRefused] = useState<ApiProblem | null>(null);
  useEffect(() => {
    const refresh = (): void => {
      void client.invalidateQueries({ queryKey: ['project', p] });
    };
    setRefused(null);
    const live = api.events(
      projects.projectEvents,
      { params: { p }, query: {} },
      {
        on: {
          journal: refresh,
          'notebook-server': server => {
            if (server.user === me) client.setQueryData(serverKey(p), server);
            void client.invalidateQueries({ queryKey: ['project', p, 'leases'] });
            void client.invalidateQueries({ queryKey: ['project', p, 'quota'] });
          }
        },
        state: setState,
        missed: refresh,
        refused: problem => {
          setRefused(problem);
          refresh();
        }
      }
    );
    return () => {
      live.close();
    };
  }, [p, me]);
  return { state, refused };
};
