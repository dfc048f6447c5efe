import { publicDatasets } from '@hopslab/schema';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult
} from '@tanstack/react-query';
import { api, client } from './client.js';

type Found = readonly publicDatasets.PublicDataset[];

/** What is public and has a part of a name or a description in it, a page after the other. */
export const usePublicDatasets = (q: string): UseInfiniteQueryResult<Found> =>
  useInfiniteQuery({
    queryKey: ['public-datasets', q],
    queryFn: ({ signal, pageParam }) =>
      api.call(
        publicDatasets.listPublicDatasets,
        { query: { q, limit: 60, ...(pageParam !== '' && { cursor: pageParam }) } },
        { signal }
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }: InfiniteData<{ items: Found }>): Found => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData
  });

export interface Adding {
  readonly to: string;
  readonly owner: string;
  readonly dataset: string;
}

export const useAddPublic = (): UseMutationResult<unknown, unknown, Adding> =>
  useMutation({
    mutationFn: ({ to, owner, dataset }) =>
      api.call(publicDatasets.importPublic, { params: { p: to }, body: { project: owner, dataset } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['public-datasets'] })
  });
