import type { publicDatasets } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import {
  Breakable,
  Button,
  Dialog,
  formatBytes,
  formatTime,
  ProblemNotice,
  StateBadge,
  TextField,
  useWords,
  type Asking
} from '../../ui/index.js';
import { mostFound, type Found, type PublicModel } from './datasets.public.model.js';

interface Props {
  readonly model: PublicModel;
  /** What the project has added. */
  readonly added: readonly publicDatasets.AddedDataset[];
  readonly project: string;
  readonly asking: Asking;
  readonly onClose: () => void;
}

const pause = 250;

/** Finds what is public in the organisation, and adds it to this project with one click. */
export const AddPublic = ({ model, added, project, asking, onClose }: Props): JSX.Element => {
  const words = useWords();
  const [q, setQ] = useState('');
  const [found, setFound] = useState<Found>();
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    let late = false;
    const soon = setTimeout(
      () => {
        model.find(q.trim()).then(
          all => {
            if (late) return;
            setFound(all);
            setFailure(null);
          },
          (error: unknown) => {
            if (!late) setFailure(error);
          }
        );
      },
      q === '' ? 0 : pause
    );
    return () => {
      late = true;
      clearTimeout(soon);
    };
    // What was added meanwhile counts.
  }, [model, q, added]);

  const actOn = (one: publicDatasets.PublicDataset): JSX.Element => {
    if (one.owner === project) return <span className="hop-Quiet">{words.__('of this project')}</span>;
    const isHere = added.some(({ owner, dataset }) => owner === one.owner && dataset === one.dataset);
    if (isHere) return <StateBadge tone="good">{words.__('in this project')}</StateBadge>;
    return (
      <Button busy={asking.busy} onClick={() => void asking.ask(() => model.add(one))}>
        {words.__('Add')}
        <span className="hop-hidden">
          {' '}
          {one.owner}::{one.dataset}
        </span>
      </Button>
    );
  };

  return (
    <Dialog
      title={words.__('Add a public dataset')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{words.__('Close')}</Button>}
    >
      <TextField
        label={words.__('Find')}
        type="search"
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={q}
        hint={words.__('A part of the name, of the project or of the description.')}
        onChange={setQ}
      />
      {failure !== null && <ProblemNotice error={failure} />}
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
      {!found && failure === null && <p>{words.__('Looking…')}</p>}
      {found?.items.length === 0 && (
        <p className="hop-Quiet" role="status">
          {q.trim() === ''
            ? words.__('Nothing is public yet.')
            : words.__('Nothing public has “%1” in it.', q.trim())}
        </p>
      )}
      <ul className="hop-Offers hop-Found" aria-label={words.__('Public datasets')} tabIndex={0}>
        {found?.items.map(one => (
          <li key={`${one.owner}::${one.dataset}`}>
            <div>
              <strong>
                <Breakable name={`${one.owner}::${one.dataset}`} />
              </strong>{' '}
              <span className="hop-Quiet">
                {words.__('%1 · %2', formatBytes(one.size), words._n('%1 file', '%1 files', one.files))}
                {' · '}
                {words._n('in %1 project', 'in %1 projects', one.projects)}
                {' · '}
                {words.__('since %1', formatTime(one.since))}
              </span>
              {one.description !== '' && <p>{one.description}</p>}
            </div>
            <span className="hop-Settings-acts">{actOn(one)}</span>
          </li>
        ))}
      </ul>
      {found?.hasMore && (
        <p className="hop-Quiet">{words.__('The first %1 are shown; type more to see others.', mostFound)}</p>
      )}
    </Dialog>
  );
};
