import type { projects } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import { ConfirmDialog, ProblemNotice, useWords, type Asking } from '../../ui/index.js';
import { HoldingsView } from './projects.holdings.js';
import type { MemberLine, MembersModel } from './projects.members.model.js';

interface Props {
  readonly model: MembersModel;
  readonly member: MemberLine;
  readonly project: string;
  /** It is oneself who leaves. */
  readonly mine: boolean;
  readonly asking: Asking;
  readonly onClose: () => void;
}

/** Shows what would be stopped, before the removal is asked for. */
export const RemoveMember = ({ model, member, project, mine, asking, onClose }: Props): JSX.Element => {
  const words = useWords();
  const [holdings, setHoldings] = useState<projects.Holdings>();
  const [failure, setFailure] = useState<unknown>();
  const { user, displayName } = member;
  useEffect(() => {
    model.holdings(user).then(setHoldings, setFailure);
  }, [model, user]);
  return (
    <ConfirmDialog
      title={mine ? words.__('Leave %1?', project) : words.__('Remove %1 from %2?', displayName, project)}
      act={mine ? words.__('Leave the project') : words.__('Remove member')}
      danger
      busy={asking.busy}
      onConfirm={() =>
        void asking
          .ask(() => model.remove(user))
          .then(asked => {
            if (asked) onClose();
          })
      }
      onClose={() => {
        asking.forget();
        onClose();
      }}
    >
      <HoldingsView holdings={holdings} error={failure} mine={mine} />
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
    </ConfirmDialog>
  );
};
