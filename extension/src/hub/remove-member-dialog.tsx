import type { projects } from '@hopslab/schema';
import { useLocation } from 'wouter';
import { HoldingsView } from '../domains/projects/projects.holdings.js';
import { ConfirmDialog, ProblemNotice, useWords } from '../ui/index.js';
import { useHoldings } from './project-settings.model.js';
import { useRemoveMember } from './projects.model.js';

export interface RemoveMemberDialogProps {
  readonly project: string;
  readonly member: projects.Member;
  readonly me: string;
  readonly onClose: () => void;
}

export const RemoveMemberDialog = ({ project, member, me, onClose }: RemoveMemberDialogProps) => {
  const words = useWords();
  const [, goTo] = useLocation();
  const remove = useRemoveMember(project);
  const holdings = useHoldings(project, member.user);
  const mine = member.user === me;
  return (
    <ConfirmDialog
      title={
        mine ? words.__('Leave %1?', project) : words.__('Remove %1 from %2?', member.displayName, project)
      }
      act={mine ? words.__('Leave the project') : words.__('Remove member')}
      danger
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => {
        remove.mutate(
          { user: member.user },
          {
            onSuccess: () => {
              onClose();
              if (mine) goTo('/');
            }
          }
        );
      }}
    >
      <p>
        {mine
          ? words.__('You lose access to everything in the project at once; a data owner can add you again.')
          : words.__(
              'They lose access to everything in the project at once. What they made stays. You can add them again.'
            )}
      </p>
      <HoldingsView holdings={holdings.data} error={holdings.error} mine={mine} />
      {remove.isError && <ProblemNotice error={remove.error} />}
    </ConfirmDialog>
  );
};
