import { publicDatasets, shares } from '@hopslab/schema';
import { useQuery } from '@tanstack/react-query';
import { api } from './client.js';
import { useWords } from '../ui/index.js';

/** What a project shares with others, who lose it with the project; nothing where it shares nothing. */
export const SharedList = ({ project }: { readonly project: string }) => {
  const words = useWords();
  const given = useQuery({
    queryKey: ['project', project, 'shares'],
    queryFn: async ({ signal }) =>
      (await api.call(shares.listGivenShares, { params: { p: project } }, { signal })).items
  });
  const published = useQuery({
    queryKey: ['project', project, 'public'],
    queryFn: async ({ signal }) =>
      (await api.call(publicDatasets.listPublications, { params: { p: project } }, { signal })).items
  });
  const found = published.data ?? [];
  const lost = (given.data ?? []).filter(({ state }) => state !== 'rejected');
  if (lost.length === 0 && found.length === 0) return null;
  return (
    <>
      <p>{words.__('This is taken back from other projects:')}</p>
      <ul>
        {lost.map(({ offerId, dataset, project: other, state }) => (
          <li key={offerId}>
            {state === 'accepted'
              ? words.__('%1, shared with %2', dataset, other)
              : words.__('%1, offered to %2', dataset, other)}
          </li>
        ))}
        {found.map(({ dataset, usedBy }) => (
          <li key={dataset}>
            {usedBy.length === 0
              ? words.__('%1, which is public', dataset)
              : words.__(
                  '%1, which is public and in %2',
                  dataset,
                  usedBy.map(({ project: other }) => other).join(', ')
                )}
          </li>
        ))}
      </ul>
    </>
  );
};
