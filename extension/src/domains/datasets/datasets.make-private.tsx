import type { publicDatasets } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import { ConfirmDialog, ProblemNotice, useWords, type Asking } from '../../ui/index.js';
import type { PublicModel } from './datasets.public.model.js';

interface Props {
  readonly model: PublicModel;
  readonly publication: publicDatasets.Publication;
  readonly asking: Asking;
  readonly onClose: () => void;
  /** It was asked for. */
  readonly onDone: () => void;
}

/** Shows which projects lose a dataset, and what stops there now, before it is made private again. */
export const MakePrivate = ({ model, publication, asking, onClose, onDone }: Props): JSX.Element => {
  const words = useWords();
  const { dataset, usedBy } = publication;
  const [holders, setHolders] = useState<readonly publicDatasets.PublicHolder[]>();
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    model.holders(dataset).then(setHolders, setFailure);
  }, [model, dataset]);
  const lose = usedBy.filter(({ keeps }) => !keeps);
  const keep = usedBy.filter(({ keeps }) => keeps);
  const running = (project: string): string => {
    const users = (holders ?? []).filter(one => one.project === project).map(({ user }) => user);
    return users.length === 0 ? project : words.__('%1: in use now by %2', project, users.join(', '));
  };
  return (
    <ConfirmDialog
      title={words.__('Make %1 private again?', dataset)}
      act={words.__('Make it private')}
      danger
      busy={asking.busy}
      onConfirm={() =>
        void asking
          .ask(() => model.end(dataset))
          .then(asked => {
            if (asked) onDone();
          })
      }
      onClose={onClose}
    >
      <p>{words.__('Nobody outside this project finds it any more.')}</p>
      {failure !== null && <ProblemNotice error={failure} />}
      {lose.length === 0 ? (
        <p>{words.__('No project loses it.')}</p>
      ) : (
        <>
          <p>
            {words.__(
              'These projects lose the folder within seconds, and what has files of it open there ends:'
            )}
          </p>
          <ul>
            {lose.map(({ project }) => (
              <li key={project}>{running(project)}</li>
            ))}
          </ul>
          {holders === undefined && failure === null && <p>{words.__('Looking who uses it…')}</p>}
        </>
      )}
      {keep.length > 0 && (
        <p>{words.__('It stays shared with %1.', keep.map(({ project }) => project).join(', '))}</p>
      )}
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
    </ConfirmDialog>
  );
};
