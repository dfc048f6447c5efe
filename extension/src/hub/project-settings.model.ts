import { egress, projects } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import type { Editable } from '../ui/index.js';
import { api, client } from './client.js';

const refresh = async (p: string): Promise<void> => {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['project', p] }),
    client.invalidateQueries({ queryKey: ['projects'] })
  ]);
};

export const useHoldings = (p: string, user: string): UseQueryResult<projects.Holdings> =>
  useQuery({
    queryKey: ['project', p, 'holdings', user],
    queryFn: ({ signal }) => api.call(projects.getHoldings, { params: { p, user } }, { signal })
  });

/** The description of a project, as its pages edit it. */
export const descriptionOf = (p: string): Editable => ({
  read: async () => {
    const { answer, tag } = await api.tagged(projects.getProject, { params: { p } });
    return { text: answer.description, tag };
  },
  save: async (description, ifMatch) => {
    await api.call(projects.updateProject, { params: { p }, body: { description } }, { ifMatch });
    await refresh(p);
  }
});

/** Archives a project, or takes it out again. */
export const useArchive = (p: string): UseMutationResult<unknown, unknown, boolean> =>
  useMutation({
    mutationFn: archived =>
      api.call(archived ? projects.archiveProject : projects.unarchiveProject, { params: { p } }),
    onSettled: () => refresh(p)
  });

export const useDeleteProject = (p: string): UseMutationResult<unknown, unknown, string> =>
  useMutation({
    mutationFn: confirm => api.call(projects.deleteProject, { params: { p }, body: { confirm } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['projects'] })
  });

export const usePutService = (p: string): UseMutationResult<unknown, unknown, projects.ServiceState> =>
  useMutation({
    mutationFn: ({ name, enabled }) =>
      api.call(projects.putService, { params: { p, service: name }, body: { enabled } }),
    onSettled: () => refresh(p)
  });

export const useEgress = (p: string): UseQueryResult<egress.Egress> =>
  useQuery({
    queryKey: ['project', p, 'egress'],
    queryFn: ({ signal }) => api.call(egress.getEgress, { params: { p } }, { signal })
  });

export const usePutEgress = (p: string): UseMutationResult<unknown, unknown, boolean> =>
  useMutation({
    mutationFn: enabled => api.call(egress.putEgress, { params: { p }, body: { enabled } }),
    onSettled: () => refresh(p)
  });
