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
          if (username !== '' && password !== '' && !login.isPending)
            login.mutate({ username: username.trim(), password });
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
