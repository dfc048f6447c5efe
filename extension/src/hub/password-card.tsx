import { useState } from 'react';
import { ApiProblem } from '../api/index.js';
import { Button, Notice, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { useChangePassword } from './account.model.js';
import { Card } from './card.js';

const shortest = 8;

export const PasswordCard = () => {
  const words = useWords();
  const change = useChangePassword();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const code = change.error instanceof ApiProblem ? change.error.code : undefined;
  const told = change.error instanceof ApiProblem ? change.error.detail : undefined;
  const isShort = tried && password.length < shortest;
  const newFault = isShort
    ? words.__('At least %1 characters.', shortest)
    : code === 'auth.weak-password'
      ? told
      : undefined;
  const currentFault =
    code === 'auth.wrong-credentials'
      ? told
      : tried && current === ''
        ? words.__('Enter your present password.')
        : undefined;
  return (
    <Card title={words.__('Password')}>
      <form
        className="hub-Form"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          setTried(true);
          if (current === '' || password.length < shortest || change.isPending) return;
          change.mutate(
            { current, password },
            {
              onSuccess: () => {
                setCurrent('');
                setPassword('');
                setTried(false);
              }
            }
          );
        }}
      >
        {change.isError && currentFault === undefined && newFault === undefined && (
          <ProblemNotice error={change.error} />
        )}
        {change.isSuccess && (
          <Notice tone="success" title={words.__('Your password is changed')}>
            <p>{words.__('Every other sign-in of yours has ended. Access tokens go on working.')}</p>
          </Notice>
        )}
        <TextField
          label={words.__('Present password')}
          type="password"
          name="current-password"
          autoComplete="current-password"
          required
          value={current}
          error={currentFault}
          onChange={setCurrent}
        />
        <TextField
          label={words.__('New password')}
          hint={words.__('Several words that have nothing to do with each other are good.')}
          type="password"
          name="new-password"
          autoComplete="new-password"
          required
          maxLength={200}
          value={password}
          error={newFault}
          onChange={setPassword}
        />
        <Button type="submit" busy={change.isPending}>
          {words.__('Change password')}
        </Button>
      </form>
    </Card>
  );
};
