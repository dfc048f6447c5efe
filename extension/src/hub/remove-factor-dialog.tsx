import { useState } from 'react';
import { Button, Dialog, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { useRemoveFactor } from './account.model.js';

export const RemoveFactorDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const remove = useRemoveFactor();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  return (
    <Dialog
      title={words.__('Remove the second factor?')}
      onClose={onClose}
      onSubmit={() => {
        if (password !== '' && code !== '' && !remove.isPending)
          remove.mutate({ password, code }, { onSuccess: onClose });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {words.__('Remove')}
          </Button>
        </>
      }
    >
      {remove.isError && <ProblemNotice error={remove.error} />}
      <p>{words.__('From then on your password alone signs you in. Its recovery codes end too.')}</p>
      <TextField
        label={words.__('Your password')}
        type="password"
        name="password"
        autoComplete="current-password"
        autoFocus
        required
        value={password}
        onChange={setPassword}
      />
      <TextField
        label={words.__('Code')}
        hint={words.__('Of your authenticator, or a recovery code.')}
        name="otp"
        autoComplete="one-time-code"
        required
        value={code}
        onChange={setCode}
      />
    </Dialog>
  );
};
