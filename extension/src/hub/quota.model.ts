import { quota } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { api, client } from './client.js';

export const useQuota = (p: string): UseQueryResult<quota.Quota> =>
  useQuery({
    queryKey: ['project', p, 'quota'],
    queryFn: ({ signal }) => api.call(quota.getQuota, { params: { p } }, { signal })
  });

export const useLeases = (p: string): UseQueryResult<readonly quota.Lease[]> =>
  useQuery({
    queryKey: ['project', p, 'leases'],
    queryFn: async ({ signal }) => (await api.call(quota.listLeases, { params: { p } }, { signal })).items
  });

export const useUsage = (p: string, from: string, to: string): UseQueryResult<readonly quota.Usage[]> =>
  useQuery({
    queryKey: ['project', p, 'usage', from, to],
    queryFn: async ({ signal }) =>
      (await api.call(quota.getUsage, { params: { p }, query: { from, to } }, { signal })).items
  });

export const useUserQuotas = (p: string): UseQueryResult<readonly quota.UserQuota[]> =>
  useQuery({
    queryKey: ['project', p, 'quota', 'users'],
    queryFn: async ({ signal }) => (await api.call(quota.listUserQuotas, { params: { p } }, { signal })).items
  });

export const useQuotaRequests = (p: string): UseQueryResult<readonly quota.QuotaRequest[]> =>
  useQuery({
    queryKey: ['project', p, 'quota', 'requests'],
    queryFn: async ({ signal }) =>
      (await api.call(quota.listQuotaRequests, { params: { p } }, { signal })).items
  });

const refresh = (p: string): Promise<void> => client.invalidateQueries({ queryKey: ['project', p, 'quota'] });

export const usePutUserQuota = (
  p: string
): UseMutationResult<unknown, unknown, { user: string; limits: quota.UserLimits }> =>
  useMutation({
    mutationFn: ({ user, limits }) => api.call(quota.putUserQuota, { params: { p, user }, body: limits }),
    onSuccess: () => refresh(p)
  });

export interface Asked {
  readonly asked: quota.SomeLimits;
  readonly reason: string;
  /** The same form sent twice asks once. */
  readonly key: string;
}

export const useAskForQuota = (p: string): UseMutationResult<unknown, unknown, Asked> =>
  useMutation({
    mutationFn: ({ key, ...body }) =>
      api.call(quota.askForQuota, { params: { p }, body }, { idempotencyKey: key }),
    onSuccess: () => refresh(p)
  });

const waitingKey = ['quota', 'requests'];

/** Every project's requests that wait, for administrators. */
export const useWaitingRequests = (): UseQueryResult<readonly quota.QuotaRequest[]> =>
  useQuery({
    queryKey: waitingKey,
    queryFn: async ({ signal }) => (await api.call(quota.listWaitingQuotaRequests, {}, { signal })).items,
    refetchInterval: 60_000
  });

export const useAnswerRequest = (): UseMutationResult<
  unknown,
  unknown,
  { id: string; granted: boolean; words: string }
> =>
  useMutation({
    mutationFn: ({ id, ...body }) => api.call(quota.answerQuotaRequest, { params: { id }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: waitingKey })
  });
