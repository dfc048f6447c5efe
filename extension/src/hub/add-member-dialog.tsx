import type { projects } from '@hopslab/schema';
import { useState } from 'react';
import { ApiProblem } from '../api/index.js';
import { Button, Dialog, ProblemNotice, SelectField, TextField, useWords } from '../ui/index.js';
import { usePeople, usePutMember } from './projects.model.js';
import { roleName, type Role } from './role.js';
import { sentence } from './sentence.js';

export interface AddMemberDialogProps {
  readonly project: string;
  readonly members: readonly projects.Member[];
  readonly onClose: () => void;
}

export const AddMemberDialog = ({ project, members, onClose }: AddMemberDialogProps) => {
  const words = useWords();
  const [user, setUser] = useState('');
  const [role, setRole] = useState<Role>('data_scientist');
  const [tried, setTried] = useState(false);
  const put = usePutMember(project);
  const people = usePeople(user.trim());
  const already = members.find(member => member.user === user.trim());
  const problem = put.error instanceof ApiProblem ? put.error : null;
  const invalid = problem?.fault('user', 'params');
  const refused = problem?.code === 'user.unknown' ? problem.detail : invalid && sentence(invalid);

  const fault = (): string | undefined => {
    if (already) return words.__('%1 is in the project already.', already.displayName);
    if (tried && user.trim() === '') return words.__('Enter a username.');
    return refused;
  };
  const options: readonly Role[] = ['data_scientist', 'data_owner'];
  const hints: Readonly<Record<Role, string>> = {
    data_scientist: words.__('Runs notebooks and experiments and reads data; cannot carry data in or out.'),
    data_owner: words.__('May do everything in the project: import and export data, manage members.')
  };

  return (
    <Dialog
      title={words.__('Add a member to %1', project)}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (user.trim() !== '' && !already && !put.isPending)
          put.mutate({ user: user.trim(), role }, { onSuccess: onClose });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={put.isPending}>
            {words.__('Add member')}
          </Button>
        </>
      }
    >
      {problem && refused === undefined && <ProblemNotice error={problem} />}
      <TextField
        label={words.__('Username')}
        name="member"
        autoComplete="off"
        autoFocus
        required
        value={user}
        hint={words.__('Type the beginning of a name to be shown who there is.')}
        error={fault()}
        suggestions={people
          .filter(person => members.every(member => member.user !== person.name))
          .map(({ name, displayName }) => ({ value: name, label: displayName }))}
        onChange={value => {
          put.reset();
          setUser(value);
        }}
      />
      <SelectField
        label={words.__('Role')}
        value={role}
        options={options.map(value => ({ value, label: roleName(words, value) }))}
        hint={hints[role]}
        onChange={setRole}
      />
    </Dialog>
  );
};
