import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button, Dialog, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { useDeleteProject } from './project-settings.model.js';
import { useMembers } from './projects.model.js';
import { RunningList } from './running-list.js';
import { SharedList } from './shared-list.js';

/** Says what will be lost and for whom, and wants the name typed. */
export const DeleteProjectDialog = ({
  project,
  onClose
}: {
  readonly project: string;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [, goTo] = useLocation();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const members = useMembers(project);
  const remove = useDeleteProject(project);
  const right = typed.trim() === project;
  return (
    <Dialog
      title={words.__('Delete %1?', project)}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (right && !remove.isPending)
          remove.mutate(project, {
            onSuccess: () => {
              goTo('/');
            }
          });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {words.__('Delete the project')}
          </Button>
        </>
      }
    >
      <p>
        {words._n(
          'Its one member loses access at once. Its files go to a trash that only the machine’s operator can reach.',
          'Its %1 members lose access at once. Its files go to a trash that only the machine’s operator can reach.',
          members.data?.length ?? 1
        )}{' '}
        {words.__('The name is never given again.')}
      </p>
      <SharedList project={project} />
      <RunningList project={project} />
      {remove.isError && <ProblemNotice error={remove.error} />}
      <TextField
        label={words.__('Type %1 to delete it', project)}
        autoComplete="off"
        autoFocus
        value={typed}
        error={tried && !right ? words.__('This is not its name.') : undefined}
        onChange={setTyped}
      />
    </Dialog>
  );
};
