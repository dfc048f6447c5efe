import { admin, quota } from '@hopslab/schema';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult
} from '@tanstack/react-query';
import { api, client } from './client.js';

const key = ['machine'];
/** It shows what others do, so it is looked at again. */
const looking = { refetchInterval: 10_000 };

export const useMachine = (): UseQueryResult<quota.Machine> =>
  useQuery({
    queryKey: [...key, 'capacity'],
    queryFn: ({ signal }) => api.call(quota.getMachine, {}, { signal }),
    ...looking
  });

export const useMachineLeases = (): UseQueryResult<readonly quota.MachineLease[]> =>
  useQuery({
    queryKey: [...key, 'leases'],
    queryFn: async ({ signal }) => (await api.call(quota.listMachineLeases, {}, { signal })).items,
    ...looking
  });

export const useServices = (): UseQueryResult<admin.Ready> =>
  useQuery({
    queryKey: [...key, 'services'],
    queryFn: ({ signal }) => api.call(admin.getServices, {}, { signal }),
    ...looking
  });

/** Every project with `q` in its name, a thousand at a time. */
export const useProjectQuotas = (q: string): UseInfiniteQueryResult<readonly quota.ProjectQuota[]> =>
  useInfiniteQuery({
    queryKey: [...key, 'projects', q],
    queryFn: ({ pageParam, signal }) =>
      api.call(quota.listProjectLimits, { query: { q, cursor: pageParam, limit: 1000 } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData
  });

export const usePutProjectLimits = (project: string): UseMutationResult<unknown, unknown, quota.SomeLimits> =>
  useMutation({
    mutationFn: body => api.call(quota.putProjectLimits, { params: { project }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key })
  });
