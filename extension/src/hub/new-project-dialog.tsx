import { projects, services, type Service } from '@hopslab/schema';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiProblem } from '../api/index.js';
import { Button, CheckField, Dialog, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { useCreateProject } from './projects.model.js';
import { sentence } from './sentence.js';
import { serviceWords } from './service-words.js';

const { name: nameRule, description: descriptionRule } = projects.Project.shape;
const longestDescription = 500;

const nameFault = (name: string): string | undefined => {
  const said = nameRule.safeParse(name).error?.issues[0]?.message;
  return said && sentence(said);
};

export const NewProjectDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const [, goTo] = useLocation();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [wanted, setWanted] = useState<readonly Service[]>(services);
  const [tried, setTried] = useState(false);
  const create = useCreateProject();
  const key = useMemo(() => crypto.randomUUID(), [name, description, wanted]);

  const problem = create.error instanceof ApiProblem ? create.error : null;
  const refused = problem?.code === 'project.name-taken' ? problem.detail : problem?.fault('name');
  const local = name === '' ? (tried ? words.__('Enter a name.') : undefined) : nameFault(name);

  const change = (set: (value: string) => void) => (value: string) => {
    create.reset();
    set(value);
  };

  return (
    <Dialog
      title={words.__('New project')}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (
          create.isPending ||
          nameFault(name) !== undefined ||
          !descriptionRule.safeParse(description).success
        )
          return;
        create.mutate(
          { name, description: description.trim(), services: [...wanted], key },
          {
            onSuccess: project => {
              goTo(`/projects/${project.name}`);
            }
          }
        );
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={create.isPending}>
            {words.__('Create project')}
          </Button>
        </>
      }
    >
      {problem && refused === undefined && <ProblemNotice error={problem} />}
      <TextField
        label={words.__('Name')}
        name="project"
        autoComplete="off"
        autoFocus
        required
        value={name}
        onChange={change(setName)}
        hint={words.__('Names the project for good, everywhere; it cannot be changed or used again.')}
        error={local ?? refused}
      />
      <TextField
        label={words.__('Description (optional)')}
        rows={3}
        maxLength={longestDescription}
        value={description}
        onChange={change(setDescription)}
      />
      <fieldset className="hub-Fields">
        <legend>{words.__('Services')}</legend>
        {services.map(service => {
          const { name: title, use } = serviceWords(words, service);
          return (
            <CheckField
              key={service}
              label={title}
              hint={use}
              checked={wanted.includes(service)}
              onChange={on => {
                create.reset();
                setWanted(services.filter(one => (one === service ? on : wanted.includes(one))));
              }}
            />
          );
        })}
      </fieldset>
    </Dialog>
  );
};
