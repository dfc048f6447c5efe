import type { projects } from '@hopslab/schema';
import { useState } from 'react';
import { Button, ConfirmDialog, ProblemNotice, useWords } from '../ui/index.js';
import { usePutMember } from './projects.model.js';
import { roleName, type Role } from './role.js';

export interface MemberRowProps {
  readonly project: string;
  readonly member: projects.Member;
  readonly me: string;
  /** Why I may not change anything here. */
  readonly refusal: string | null;
  readonly onRemove: () => void;
}

const roles: readonly Role[] = ['data_owner', 'data_scientist'];

export const MemberRow = ({ project, member, me, refusal, onRemove }: MemberRowProps) => {
  const words = useWords();
  const put = usePutMember(project);
  const [stepsDown, setStepsDown] = useState(false);
  const mine = member.user === me;
  const change = (role: Role): void => {
    put.mutate({ user: member.user, role });
  };
  return (
    <tr>
      <th scope="row">
        {mine ? words.__('%1 (you)', member.displayName) : member.displayName}
        <span className="hub-quiet hub-block">{member.user}</span>
        {put.isError && <ProblemNotice error={put.error} />}
      </th>
      <td>
        {refusal ? (
          roleName(words, member.role)
        ) : (
          <select
            className="hop-Input"
            aria-label={words.__('Role of %1', member.displayName)}
            value={put.isPending ? put.variables.role : member.role}
            disabled={put.isPending}
            onChange={event => {
              const role = roles.find(name => name === event.target.value);
              if (!role) return;
              if (mine && role !== 'data_owner') setStepsDown(true);
              else change(role);
            }}
          >
            {roles.map(role => (
              <option key={role} value={role}>
                {roleName(words, role)}
              </option>
            ))}
          </select>
        )}
      </td>
      <td className="hop-mod-end">
        <Button look="bare" icon="cross" iconOnly disabledReason={mine ? null : refusal} onClick={onRemove}>
          {mine ? words.__('Leave the project') : words.__('Remove %1', member.displayName)}
        </Button>
        {stepsDown && (
          <ConfirmDialog
            title={words.__('Give up being a data owner?')}
            act={words.__('Become a data scientist')}
            danger
            onConfirm={() => {
              setStepsDown(false);
              change('data_scientist');
            }}
            onClose={() => {
              setStepsDown(false);
            }}
          >
            <p>
              {words.__('You can then no longer import or export data or manage members of %1.', project)}{' '}
              {words.__('Only another data owner can make you one again.')}
            </p>
          </ConfirmDialog>
        )}
      </td>
    </tr>
  );
};
