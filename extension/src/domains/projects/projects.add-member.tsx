import type { projects, Role } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, Dialog, ProblemNotice, SelectField, TextField, useWords } from '../../ui/index.js';

export interface AddMemberProps {
  readonly project: string;
  readonly members: readonly projects.Member[];
  /** Who could be meant by what is typed, where that is told. */
  readonly people?: readonly { readonly name: string; readonly displayName: string }[];
  readonly busy: boolean;
  /** What is wrong with the name. */
  readonly fault?: string | undefined;
  /** Whatever else went wrong. */
  readonly error: unknown;
  readonly onType: (user: string) => void;
  readonly onAdd: (user: string, role: Role) => void;
  readonly onClose: () => void;
}

/** Asks who is to be a member, and as what. */
export const AddMember = ({
  project,
  members,
  people,
  busy,
  fault,
  error,
  onType,
  onAdd,
  onClose
}: AddMemberProps): JSX.Element => {
  const words = useWords();
  const [typed, setTyped] = useState('');
  const [role, setRole] = useState<Role>('data_scientist');
  const [tried, setTried] = useState(false);
  const user = typed.trim();
  const already = members.find(member => member.user === user);
  const roles: readonly { value: Role; label: string; hint: string }[] = [
    {
      value: 'data_scientist',
      label: words.__('Data scientist'),
      hint: words.__('Runs notebooks and experiments and reads data; cannot carry data in or out.')
    },
    {
      value: 'data_owner',
      label: words.__('Data owner'),
      hint: words.__('May do everything in the project: import and export data, manage members.')
    }
  ];
  const wrong = (): string | undefined => {
    if (already) return words.__('%1 is in the project already.', already.displayName);
    return tried && user === '' ? words.__('Enter a username.') : fault;
  };
  return (
    <Dialog
      title={words.__('Add a member to %1', project)}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (user !== '' && !already && !busy) onAdd(user, role);
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={busy}>
            {words.__('Add member')}
          </Button>
        </>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      <TextField
        label={words.__('Username')}
        name="member"
        autoComplete="off"
        autoFocus
        required
        value={typed}
        hint={
          people
            ? words.__('Type the beginning of a name to be shown who there is.')
            : words.__('As they sign in with it.')
        }
        error={wrong()}
        {...(people && {
          suggestions: people
            .filter(person => members.every(member => member.user !== person.name))
            .map(({ name, displayName }) => ({ value: name, label: displayName }))
        })}
        onChange={value => {
          onType(value.trim());
          setTyped(value);
        }}
      />
      <SelectField
        label={words.__('Role')}
        value={role}
        options={roles}
        hint={roles.find(({ value }) => value === role)?.hint}
        onChange={setRole}
      />
    </Dialog>
  );
};
