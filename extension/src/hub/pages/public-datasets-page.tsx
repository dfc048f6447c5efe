import type { projects, publicDatasets } from '@hopslab/schema';
import { useDeferredValue, useState } from 'react';
import { Link } from 'wouter';
import { Button, EmptyState, ProblemNotice, TextField, useWords, type Translate } from '../../ui/index.js';
import { AddPublicDialog } from '../add-public-dialog.js';
import { Page } from '../page.js';
import { useProjects } from '../projects.model.js';
import { usePublicDatasets } from '../public-datasets.model.js';
import { PublicTile } from '../public-tile.js';

/** Mine, to which a dataset can be added. */
const targetsOf = (
  { owner, addedTo }: publicDatasets.PublicDataset,
  mine: readonly projects.ListedProject[]
): string[] =>
  mine
    .filter(({ role, state }) => role === 'data_owner' && state === 'active')
    .map(({ name }) => name)
    .filter(name => name !== owner && !addedTo.includes(name));

const refusalOf = (
  found: publicDatasets.PublicDataset,
  mine: readonly projects.ListedProject[],
  words: Translate
): string | null => {
  if (targetsOf(found, mine).length > 0) return null;
  return mine.some(({ role, name }) => role === 'data_owner' && name !== found.owner)
    ? words.__('All projects of which you are a data owner have it.')
    : words.__('Only data owners add datasets: ask one of your project, or create a project.');
};

export const PublicDatasetsPage = () => {
  const words = useWords();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const found = usePublicDatasets(q);
  const mine = useProjects();
  const [adding, setAdding] = useState<publicDatasets.PublicDataset>();
  const { data, isError, isPending, hasNextPage, isFetchingNextPage } = found;
  return (
    <Page title={words.__('Public datasets')}>
      <div>
        <nav className="hub-Crumbs" aria-label={words.__('Where you are')}>
          <Link href="/">{words.__('My projects')}</Link>
        </nav>
        <h1>{words.__('Public datasets')}</h1>
      </div>
      <TextField
        label={words.__('Find')}
        type="search"
        autoComplete="off"
        maxLength={200}
        value={typed}
        hint={words.__('A part of the name, of the project or of the description.')}
        onChange={setTyped}
      />
      {isError && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {mine.isError && <ProblemNotice error={mine.error} onRetry={() => void mine.refetch()} />}
      {!isError && data?.length === 0 && (
        <EmptyState>
          {q === ''
            ? words.__(
                'Nothing is public yet. A data owner makes a dataset public in JupyterLab, by a right click on it.'
              )
            : words.__('Nothing public has “%1” in it.', q)}
        </EmptyState>
      )}
      <ul className="hub-Tiles" aria-label={words.__('Public datasets')} aria-busy={isPending}>
        {!isError &&
          data?.map(one => (
            <PublicTile
              key={`${one.owner}::${one.dataset}`}
              found={one}
              refusal={refusalOf(one, mine.data ?? [], words)}
              onAdd={() => {
                setAdding(one);
              }}
            />
          ))}
      </ul>
      {!isError && hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {words.__('Show more')}
        </Button>
      )}
      {adding && (
        <AddPublicDialog
          found={adding}
          projects={targetsOf(adding, mine.data ?? [])}
          onClose={() => {
            setAdding(undefined);
          }}
        />
      )}
    </Page>
  );
};
