import { admin, auth } from '@hopslab/schema';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  type UseInfiniteQueryResult,
  type UseMutationResult
} from '@tanstack/react-query';
import { api, client } from './client.js';

const key = ['users'];
const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: key });

/** Everybody whose name has `q` in it, a thousand at a time. */
export const useUsers = (q: string): UseInfiniteQueryResult<readonly admin.Account[]> =>
  useInfiniteQuery({
    queryKey: [...key, q],
    queryFn: ({ pageParam, signal }) =>
      api.call(admin.listUsers, { query: { q, cursor: pageParam, limit: 1000 } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData
  });

export const useUpdateUser = (
  username: string
): UseMutationResult<unknown, unknown, { locked?: boolean; admin?: boolean }> =>
  useMutation({
    mutationFn: body => api.call(admin.updateUser, { params: { username }, body }),
    onSettled: refresh
  });

export const useEndSignIns = (username: string): UseMutationResult<unknown, unknown, undefined> =>
  useMutation({
    mutationFn: () => api.call(admin.endSignIns, { params: { username } }),
    onSettled: refresh
  });

/** Answers the one-time password: nothing keeps it. */
export const useResetPassword = (username: string): UseMutationResult<{ password: string }> =>
  useMutation({
    mutationFn: () => api.call(admin.resetPassword, { params: { username } }),
    gcTime: 0,
    onSettled: refresh
  });

export interface NewUser {
  readonly username: string;
  readonly displayName: string;
  readonly password: string;
  readonly admin: boolean;
  /** The same form sent twice makes one user. */
  readonly key: string;
}

export const useCreateUser = (): UseMutationResult<unknown, unknown, NewUser> =>
  useMutation({
    mutationFn: ({ key: idempotencyKey, ...body }) => api.call(auth.createUser, { body }, { idempotencyKey }),
    onSuccess: refresh
  });
