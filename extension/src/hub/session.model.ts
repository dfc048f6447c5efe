import { auth } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { api, client, signedOut } from './client.js';

/** Who is signed in; `null` for nobody. */
export const useMe = (): UseQueryResult<auth.Me | null> =>
  useQuery({
    queryKey: ['me'],
    queryFn: async ({ signal }) => {
      try {
        return await api.call(auth.me, {}, { signal });
      } catch (error) {
        if (signedOut(error)) return null;
        throw error;
      }
    },
    staleTime: 60_000
  });

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly otp?: string;
  readonly newPassword?: string;
}

export const useLogin = (): UseMutationResult<unknown, unknown, Login> =>
  useMutation({
    mutationFn: body => api.call(auth.login, { body }),
    onSuccess: () => client.resetQueries()
  });

/** Whoever signs in next begins at the front, and finds nothing of this person's page. */
export const useLogout = (): UseMutationResult<unknown, unknown, undefined> =>
  useMutation({
    mutationFn: async () => {
      try {
        await api.call(auth.logout, {});
      } catch (error) {
        if (!signedOut(error)) throw error;
      }
    },
    onSuccess: () => {
      location.replace('/');
    }
  });
