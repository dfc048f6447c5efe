import { auth, projects, type Service } from '@hopslab/schema';
import {
  keepPreviousData,
  useMutation,
  useQuery,
  type UseMutationResult,
  type UseQueryResult
} from '@tanstack/react-query';
import { api, client } from './client.js';

type Role = projects.Member['role'];

export const useProjects = (): UseQueryResult<readonly projects.ListedProject[]> =>
  useQuery({
    queryKey: ['projects'],
    queryFn: async ({ signal }) =>
      (await api.call(projects.listProjects, { query: { limit: 1000, with: 'use' } }, { signal })).items
  });

export interface NewProject {
  readonly name: string;
  readonly description: string;
  readonly services: Service[];
  /** The same form sent twice makes one project. */
  readonly key: string;
}

export const useCreateProject = (): UseMutationResult<projects.Project, unknown, NewProject> =>
  useMutation({
    mutationFn: ({ key, ...body }) => api.call(projects.createProject, { body }, { idempotencyKey: key }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['projects'] })
  });

export const useProject = (p: string): UseQueryResult<projects.Project> =>
  useQuery({
    queryKey: ['project', p, 'self'],
    queryFn: ({ signal }) => api.call(projects.getProject, { params: { p } }, { signal })
  });

export const useMembers = (p: string): UseQueryResult<readonly projects.Member[]> =>
  useQuery({
    queryKey: ['project', p, 'members'],
    queryFn: async ({ signal }) =>
      (await api.call(projects.listMembers, { params: { p }, query: { limit: 1000 } }, { signal })).items
  });

const refreshMembers = async (p: string): Promise<void> => {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['project', p] }),
    client.invalidateQueries({ queryKey: ['projects'] })
  ]);
};

export const usePutMember = (p: string): UseMutationResult<unknown, unknown, { user: string; role: Role }> =>
  useMutation({
    mutationFn: ({ user, role }) => api.call(projects.putMember, { params: { p, user }, body: { role } }),
    onSettled: () => refreshMembers(p)
  });

export const useRemoveMember = (p: string): UseMutationResult<unknown, unknown, { user: string }> =>
  useMutation({
    mutationFn: ({ user }) => api.call(projects.removeMember, { params: { p, user } }),
    onSettled: () => refreshMembers(p)
  });

/** People whose name begins so; nobody for nothing. */
export const usePeople = (q: string): readonly { readonly name: string; readonly displayName: string }[] => {
  const { data } = useQuery({
    queryKey: ['people', q],
    queryFn: async ({ signal }) => (await api.call(auth.searchUsers, { query: { q } }, { signal })).items,
    enabled: q !== '',
    placeholderData: keepPreviousData
  });
  return data ?? [];
};
