import { pending } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { api, client } from './client.js';

export type PendingAct = pending.PendingAct;
export type Decision = 'confirm' | 'decline';
type Decided = Awaited<ReturnType<typeof api.call<typeof pending.decidePending>>>;

export const usePending = (id: string): UseQueryResult<PendingAct> =>
  useQuery({
    queryKey: ['pending', id],
    queryFn: ({ signal }) => api.call(pending.getPending, { params: { id } }, { signal })
  });

export const useDecide = (id: string): UseMutationResult<Decided, unknown, Decision> =>
  useMutation({
    mutationFn: decision => api.call(pending.decidePending, { params: { id }, body: { decision } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['pending', id] })
  });
