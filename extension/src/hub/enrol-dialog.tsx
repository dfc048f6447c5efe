import { useState } from 'react';
import { ApiProblem } from '../api/index.js';
import { Button, Dialog, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { useConfirmFactor, useEnrol } from './account.model.js';

const faultOf = (error: unknown, code: string): string | undefined =>
  error instanceof ApiProblem && error.code === code ? error.detail : undefined;

/** Three steps: the password again, the picture to scan with its first code, the recovery codes. */
export const EnrolDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const enrol = useEnrol();
  const confirm = useConfirmFactor();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');

  if (confirm.data)
    return (
      <Dialog
        title={words.__('Keep your recovery codes')}
        onClose={onClose}
        onSubmit={onClose}
        actions={
          <Button type="submit" look="main">
            {words.__('I have kept them')}
          </Button>
        }
      >
        <p>
          {words.__(
            'Your second factor is on. Without your authenticator each of these signs you in once. They are shown this once.'
          )}
        </p>
        <ul className="hub-Codes" aria-label={words.__('Recovery codes')}>
          {confirm.data.recoveryCodes.map(one => (
            <li key={one}>
              <code>{one}</code>
            </li>
          ))}
        </ul>
      </Dialog>
    );

  if (enrol.data) {
    const fault = faultOf(confirm.error, 'auth.wrong-code');
    return (
      <Dialog
        title={words.__('Scan it with your authenticator')}
        onClose={onClose}
        onSubmit={() => {
          if (code !== '' && !confirm.isPending) confirm.mutate(code);
        }}
        actions={
          <>
            <Button onClick={onClose}>{words.__('Cancel')}</Button>
            <Button type="submit" look="main" busy={confirm.isPending}>
              {words.__('Turn on')}
            </Button>
          </>
        }
      >
        {confirm.isError && fault === undefined && <ProblemNotice error={confirm.error} />}
        <img
          className="hub-Qr"
          src={`data:image/svg+xml,${encodeURIComponent(enrol.data.qr)}`}
          alt={words.__('QR code of the secret below')}
          width="200"
          height="200"
        />
        <p className="hub-quiet">
          {words.__('Or type this secret:')} <code className="hub-Secret">{enrol.data.secret}</code>
        </p>
        <TextField
          label={words.__('Code')}
          hint={words.__('The six digits that it shows now.')}
          name="otp"
          autoComplete="one-time-code"
          autoFocus
          required
          value={code}
          error={fault}
          onChange={setCode}
        />
      </Dialog>
    );
  }

  const fault = faultOf(enrol.error, 'auth.wrong-credentials');
  return (
    <Dialog
      title={words.__('Set up a second factor')}
      onClose={onClose}
      onSubmit={() => {
        if (password !== '' && !enrol.isPending) enrol.mutate(password);
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={enrol.isPending}>
            {words.__('Next')}
          </Button>
        </>
      }
    >
      {enrol.isError && fault === undefined && <ProblemNotice error={enrol.error} />}
      <TextField
        label={words.__('Your password')}
        type="password"
        name="password"
        autoComplete="current-password"
        autoFocus
        required
        value={password}
        error={fault}
        onChange={setPassword}
      />
    </Dialog>
  );
};
