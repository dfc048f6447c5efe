import type { projects } from '@hopslab/schema';
import { useState } from 'react';
import { ApiProblem } from '../api/index.js';
import { AddMember } from '../domains/projects/projects.add-member.js';
import { usePeople, usePutMember } from './projects.model.js';
import { sentence } from './sentence.js';

export interface AddMemberDialogProps {
  readonly project: string;
  readonly members: readonly projects.Member[];
  readonly onClose: () => void;
}

/** What a refusal says about the name; nothing where it is about something else. */
const faultIn = (error: unknown): string | undefined => {
  if (!(error instanceof ApiProblem)) return undefined;
  const invalid = error.fault('user', 'params');
  return error.code === 'user.unknown' ? error.detail : invalid && sentence(invalid);
};

export const AddMemberDialog = ({ project, members, onClose }: AddMemberDialogProps) => {
  const [typed, setTyped] = useState('');
  const put = usePutMember(project);
  const people = usePeople(typed);
  const fault = faultIn(put.error);
  return (
    <AddMember
      project={project}
      members={members}
      people={people}
      busy={put.isPending}
      fault={fault}
      error={fault === undefined ? put.error : null}
      onType={user => {
        put.reset();
        setTyped(user);
      }}
      onAdd={(user, role) => {
        put.mutate({ user, role }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
};
