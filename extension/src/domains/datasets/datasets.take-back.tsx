import type { shares } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import { ConfirmDialog, ProblemNotice, useWords, type Asking } from '../../ui/index.js';
import type { SharesModel, ShareTarget } from './datasets.shares.model.js';

interface Props {
  readonly model: SharesModel;
  readonly target: ShareTarget;
  readonly asking: Asking;
  readonly onClose: () => void;
}

/** Shows who has the folder in their notebook server now, before it is taken back. */
export const TakeBack = ({ model, target, asking, onClose }: Props): JSX.Element => {
  const words = useWords();
  const [holders, setHolders] = useState<readonly shares.Holder[]>();
  const [failure, setFailure] = useState<unknown>(null);
  const { dataset, project } = target;
  useEffect(() => {
    model.holders({ dataset, project }).then(setHolders, setFailure);
  }, [model, dataset, project]);
  return (
    <ConfirmDialog
      title={words.__('Take %1 back from %2?', dataset, project)}
      act={words.__('Take it back')}
      danger
      busy={asking.busy}
      onConfirm={() =>
        void asking
          .ask(() => model.takeBack(target))
          .then(asked => {
            if (asked) onClose();
          })
      }
      onClose={() => {
        asking.forget();
        onClose();
      }}
    >
      {failure !== null && <ProblemNotice error={failure} />}
      {holders === undefined && failure === null && <p>{words.__('Looking who uses it…')}</p>}
      {holders?.length === 0 && <p>{words.__('Nobody has it in a running notebook server.')}</p>}
      {holders !== undefined && holders.length > 0 && (
        <>
          <p>{words.__('These lose the folder within seconds, and what has files of it open there ends:')}</p>
          <ul>
            {holders.map(({ user }) => (
              <li key={user}>{user}</li>
            ))}
          </ul>
        </>
      )}
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
    </ConfirmDialog>
  );
};
