import type { Scope } from '@hopslab/schema';
import { useState } from 'react';
import { Button, CheckField, Dialog, ProblemNotice, SelectField, TextField, useWords } from '../ui/index.js';
import { useCreateToken } from './account.model.js';
import { useProjects } from './projects.model.js';
import { everyScope, scopeHints, scopeWords } from './scope-words.js';
import { TokenSecret } from './token-secret.js';

const lives = ['7', '30', '90', '365'] as const;

export const TokenDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const projects = useProjects();
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [project, setProject] = useState('');
  const [days, setDays] = useState<(typeof lives)[number]>('30');
  const [tried, setTried] = useState(false);
  const labels = scopeWords(words);
  const hints = scopeHints(words);

  if (create.data)
    return (
      <Dialog
        title={words.__('Your new token')}
        onClose={onClose}
        onSubmit={onClose}
        actions={
          <Button type="submit" look="main">
            {words.__('Done')}
          </Button>
        }
      >
        <TokenSecret made={create.data} />
      </Dialog>
    );
  return (
    <Dialog
      title={words.__('New access token')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (name.trim() !== '' && scopes.length > 0 && !create.isPending)
          create.mutate({
            name,
            scopes: [...scopes],
            project: project === '' ? null : project,
            days: Number(days)
          });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={create.isPending}>
            {words.__('Make token')}
          </Button>
        </>
      }
    >
      {create.isError && <ProblemNotice error={create.error} />}
      <TextField
        label={words.__('Name')}
        name="token-name"
        hint={words.__('What it is for.')}
        autoComplete="off"
        autoFocus
        required
        maxLength={60}
        value={name}
        error={tried && name.trim() === '' ? words.__('Enter a name.') : undefined}
        onChange={setName}
      />
      <fieldset className="hub-Fields">
        <legend>{words.__('It may')}</legend>
        {everyScope.map(scope => (
          <CheckField
            key={scope}
            label={labels[scope]}
            hint={hints[scope]}
            checked={scopes.includes(scope)}
            onChange={on => {
              setScopes(on ? [...scopes, scope] : scopes.filter(other => other !== scope));
            }}
          />
        ))}
        {tried && scopes.length === 0 && (
          <div className="hop-Field-error" role="alert">
            {words.__('Choose at least one.')}
          </div>
        )}
      </fieldset>
      <SelectField
        label={words.__('Where')}
        value={project}
        options={[
          { value: '', label: words.__('All my projects') },
          ...(projects.data ?? []).map(one => ({ value: one.name, label: one.name }))
        ]}
        onChange={setProject}
      />
      <SelectField
        label={words.__('Good for')}
        value={days}
        options={lives.map(value => ({ value, label: words.__('%1 days', value) }))}
        onChange={setDays}
      />
    </Dialog>
  );
};
