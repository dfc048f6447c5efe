import { account } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { api, client } from './client.js';

const refresh = (part: 'sessions' | 'tokens' | 'factor') => (): Promise<void> =>
  client.invalidateQueries({ queryKey: ['account', part] });

export const useSessions = (): UseQueryResult<readonly account.Session[]> =>
  useQuery({
    queryKey: ['account', 'sessions'],
    queryFn: async ({ signal }) => (await api.call(account.listSessions, {}, { signal })).items
  });

export const useEndSession = (): UseMutationResult<unknown, unknown, string> =>
  useMutation({
    mutationFn: id => api.call(account.endSession, { params: { id } }),
    onSettled: refresh('sessions')
  });

export const useEndOthers = (): UseMutationResult<unknown, unknown, undefined> =>
  useMutation({
    mutationFn: () => api.call(account.endOtherSessions, { query: { but: 'this' } }),
    onSettled: refresh('sessions')
  });

export const useTokens = (): UseQueryResult<readonly account.AccessToken[]> =>
  useQuery({
    queryKey: ['account', 'tokens'],
    queryFn: async ({ signal }) => (await api.call(account.listTokens, {}, { signal })).items
  });

type Wanted = Parameters<typeof api.call<typeof account.createToken>>[1]['body'];

export const useCreateToken = (): UseMutationResult<account.NewToken, unknown, Wanted> =>
  useMutation({
    mutationFn: body => api.call(account.createToken, { body }),
    onSettled: refresh('tokens')
  });

export const useRevokeToken = (): UseMutationResult<unknown, unknown, account.AccessToken> =>
  useMutation({
    mutationFn: ({ id }) => api.call(account.revokeToken, { params: { id } }),
    onSettled: refresh('tokens')
  });

export const useChangePassword = (): UseMutationResult<
  unknown,
  unknown,
  { readonly current: string; readonly password: string }
> =>
  useMutation({
    mutationFn: body => api.call(account.changePassword, { body }),
    onSettled: refresh('sessions')
  });

export const useSecondFactor = (): UseQueryResult<account.SecondFactor> =>
  useQuery({
    queryKey: ['account', 'factor'],
    queryFn: ({ signal }) => api.call(account.getSecondFactor, {}, { signal })
  });

export const useEnrol = (): UseMutationResult<account.Enrolment, unknown, string> =>
  useMutation({ mutationFn: password => api.call(account.enrolSecondFactor, { body: { password } }) });

export const useConfirmFactor = (): UseMutationResult<{ recoveryCodes: string[] }, unknown, string> =>
  useMutation({
    mutationFn: code => api.call(account.confirmSecondFactor, { body: { code } }),
    onSettled: refresh('factor')
  });

export const useRemoveFactor = (): UseMutationResult<
  unknown,
  unknown,
  { readonly password: string; readonly code: string }
> =>
  useMutation({
    mutationFn: body => api.call(account.removeSecondFactor, { body }),
    onSettled: refresh('factor')
  });
