import type { projects } from '@hopslab/schema';
import { useLocation } from 'wouter';
import { ConfirmDialog, formatBytes, ProblemNotice, useWords } from '../ui/index.js';
import { useLeases } from './quota.model.js';
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
  const leases = useLeases(project);
  const held = leases.data?.filter(lease => lease.user === member.user) ?? [];
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
      {held.length > 0 ? (
        <>
          <p>{words.__('This is stopped, and what is not saved in it is lost:')}</p>
          <ul>
            {held.map(lease => (
              <li key={lease.id}>
                {words.__('%1: %2 cores, %3', lease.for, lease.cores, formatBytes(lease.memory))}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          {mine
            ? words.__('Nothing of yours is running here now.')
            : words.__('Nothing of theirs is running here now.')}
        </p>
      )}
      {remove.isError && <ProblemNotice error={remove.error} />}
    </ConfirmDialog>
  );
};
