import { useState } from 'react';
import { ApiProblem } from '../../api/index.js';
import { Button, Notice, ProblemNotice, TextField, useWords } from '../../ui/index.js';
import { Logo } from '../logo.js';
import { useTitle } from '../page.js';
import { useLogin } from '../session.model.js';
import { ThemeButton } from '../theme-button.js';

/** Said once: the title and the detail of these two say the same, but only the detail knows how long to wait. */
const LoginFault = ({ error }: { readonly error: unknown }) => {
  if (error instanceof ApiProblem) {
    if (error.code === 'auth.wrong-credentials') return <Notice tone="error" title={error.title} />;
    if (error.code === 'auth.second-factor' || error.code === 'auth.must-change') return null;
    if (error.code === 'auth.throttled') return <Notice tone="error" title={error.detail} />;
  }
  return <ProblemNotice error={error} />;
};

export const LoginPage = () => {
  const words = useWords();
  useTitle(words.__('Sign in'));
  const login = useLogin();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [asked, setAsked] = useState({ otp: false, newPassword: false });
  const [tried, setTried] = useState(false);
  const missing = (value: string, said: string): string | undefined =>
    tried && value === '' ? said : undefined;

  return (
    <main className="hub-Login">
      <form
        className="hub-Login-form"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          setTried(true);
          if (username === '' || password === '' || login.isPending) return;
          const more = { ...(asked.otp && { otp }), ...(asked.newPassword && { newPassword }) };
          login.mutate(
            { username: username.trim(), password, ...more },
            {
              onError: error => {
                setOtp('');
                const code = error instanceof ApiProblem ? error.code : '';
                if (code === 'auth.second-factor') setAsked({ ...asked, otp: true });
                if (code === 'auth.must-change') setAsked({ ...asked, newPassword: true });
              }
            }
          );
        }}
      >
        <div className="hub-Login-head">
          <Logo size={44} />
          <h1>{words.__('Sign in to Hopslab')}</h1>
        </div>
        {login.isError && <LoginFault error={login.error} />}
        <TextField
          label={words.__('Username')}
          name="username"
          autoComplete="username"
          autoFocus
          required
          value={username}
          error={missing(username, words.__('Enter your username.'))}
          onChange={setUsername}
        />
        <TextField
          label={words.__('Password')}
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          error={missing(password, words.__('Enter your password.'))}
          onChange={setPassword}
        />
        {asked.newPassword && (
          <TextField
            label={words.__('New password')}
            hint={words.__('Yours was set by an administrator. Choose one that only you know.')}
            type="password"
            name="new-password"
            autoComplete="new-password"
            autoFocus
            required
            value={newPassword}
            onChange={setNewPassword}
          />
        )}
        {asked.otp && (
          <TextField
            label={words.__('Code')}
            hint={words.__('The six digits of your authenticator, or one of your recovery codes.')}
            name="otp"
            autoComplete="one-time-code"
            autoFocus
            required
            value={otp}
            onChange={setOtp}
          />
        )}
        <Button type="submit" look="main" busy={login.isPending}>
          {words.__('Sign in')}
        </Button>
      </form>
      <div className="hub-Login-theme">
        <ThemeButton />
      </div>
    </main>
  );
};
