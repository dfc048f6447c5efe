import { useState } from 'react';
import { Button, ProblemNotice, useWords } from '../ui/index.js';
import { AddMemberDialog } from './add-member-dialog.js';
import { Card } from './card.js';
import { MemberRow } from './member-row.js';
import { useMembers } from './projects.model.js';
import { RemoveMemberDialog } from './remove-member-dialog.js';
import { ownersOnly, type Role } from './role.js';

export interface MembersCardProps {
  readonly project: string;
  readonly role: Role;
  readonly me: string;
}

export const MembersCard = ({ project, role, me }: MembersCardProps) => {
  const words = useWords();
  const members = useMembers(project);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const leaving = members.data?.find(
    ({ user }) => user === removing && (role === 'data_owner' || user === me)
  );
  const refusal = ownersOnly(words, role, members.data ?? []);
  return (
    <Card
      title={words.__('Members')}
      action={
        <Button
          icon="plus"
          disabledReason={refusal}
          onClick={() => {
            setAdding(true);
          }}
        >
          {words.__('Add member')}
        </Button>
      }
    >
      {members.isError && <ProblemNotice error={members.error} onRetry={() => void members.refetch()} />}
      {members.data && (
        <table className="hub-Table">
          <thead>
            <tr>
              <th scope="col">{words.__('Name')}</th>
              <th scope="col">{words.__('Role')}</th>
              <th scope="col">
                <span className="hop-hidden">{words.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {members.data.map(member => (
              <MemberRow
                key={member.user}
                project={project}
                member={member}
                me={me}
                refusal={refusal}
                onRemove={() => {
                  setRemoving(member.user);
                }}
              />
            ))}
          </tbody>
        </table>
      )}
      {adding && (
        <AddMemberDialog
          project={project}
          members={members.data ?? []}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {leaving && (
        <RemoveMemberDialog
          project={project}
          member={leaving}
          me={me}
          onClose={() => {
            setRemoving(null);
          }}
        />
      )}
    </Card>
  );
};
