import { auth } from '@hopslab/schema';
import { useMemo, useState } from 'react';
import { ApiProblem } from '../api/index.js';
import { Button, CheckField, Dialog, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { sentence } from './sentence.js';
import { useCreateUser } from './users.model.js';

const rules = auth.NewUser.shape;
const fields = ['username', 'displayName', 'password'] as const;
type FieldName = (typeof fields)[number];

export const NewUserDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const [given, setGiven] = useState({ username: '', displayName: '', password: '' });
  const [admin, setAdmin] = useState(false);
  const [tried, setTried] = useState(false);
  const create = useCreateUser();
  const key = useMemo(() => crypto.randomUUID(), [given, admin]);

  const problem = create.error instanceof ApiProblem ? create.error : null;
  const asked: Readonly<Record<FieldName, string>> = {
    username: words.__('Enter a username.'),
    displayName: words.__('Enter a name.'),
    password: words.__('Enter a password.')
  };
  const refused = (name: FieldName): string | undefined => {
    if (name === 'username' && problem?.code === 'user.name-taken') return problem.detail;
    const said = problem?.fault(name);
    return said && sentence(said);
  };
  const fault = (name: FieldName): string | undefined => {
    if (given[name] === '') return tried ? asked[name] : undefined;
    const said = rules[name].safeParse(given[name]).error?.issues[0]?.message;
    // Nobody is told of what they have not typed to its end yet.
    if (said !== undefined && (tried || name === 'username')) return sentence(said);
    return refused(name);
  };
  const well = fields.every(name => rules[name].safeParse(given[name]).success);
  const wiring = (name: FieldName) => ({
    required: true,
    value: given[name],
    error: fault(name),
    onChange: (value: string) => {
      create.reset();
      setGiven({ ...given, [name]: value });
    }
  });

  return (
    <Dialog
      title={words.__('New user')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (well && !create.isPending) create.mutate({ ...given, admin, key }, { onSuccess: onClose });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={create.isPending}>
            {words.__('Create user')}
          </Button>
        </>
      }
    >
      {create.isError && !fields.some(refused) && <ProblemNotice error={create.error} />}
      <TextField
        label={words.__('Username')}
        name="new-username"
        autoComplete="off"
        autoFocus
        hint={words.__('Names the person for good, everywhere; it cannot be changed or used again.')}
        {...wiring('username')}
      />
      <TextField
        label={words.__('Name')}
        name="new-name"
        autoComplete="off"
        hint={words.__('As others call them.')}
        maxLength={100}
        {...wiring('displayName')}
      />
      <TextField
        label={words.__('Password')}
        type="password"
        name="new-password"
        autoComplete="new-password"
        {...wiring('password')}
      />
      <CheckField
        label={words.__('Administrator')}
        hint={words.__('Manages users, quotas and services; sees no project they are not a member of.')}
        checked={admin}
        onChange={on => {
          create.reset();
          setAdmin(on);
        }}
      />
    </Dialog>
  );
};
