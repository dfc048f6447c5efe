import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, createApi } from '../api/index.js';

export const api = createApi({ base: '', csrf: true });

const signedOut = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.code === 'auth.required' || error.code === 'auth.expired');

/** Whatever call finds the sign-in gone, the whole page goes to the login. */
const onError = (error: unknown): void => {
  if (signedOut(error)) client.setQueryData(['me'], null);
};

const attempts = 3;

export const client = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // The hub may well be on this machine: being off the net says nothing.
      networkMode: 'always',
      refetchOnReconnect: true,
      retry: (failures, error) => error instanceof ApiProblem && error.retriable && failures < attempts
    },
    mutations: { networkMode: 'always', retry: false }
  }
});

export { signedOut };
