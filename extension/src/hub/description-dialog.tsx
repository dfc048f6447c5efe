import type { projects } from '@hopslab/schema';
import { useState } from 'react';
import { Button, Dialog, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { useDescribe } from './project-settings.model.js';

const longest = 500;

export const DescriptionDialog = ({
  project,
  onClose
}: {
  readonly project: projects.Project;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [description, setDescription] = useState(project.description);
  const describe = useDescribe(project.name);
  return (
    <Dialog
      title={words.__('Describe %1', project.name)}
      onClose={onClose}
      onSubmit={() => {
        if (!describe.isPending) describe.mutate(description.trim(), { onSuccess: onClose });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={describe.isPending}>
            {words.__('Save')}
          </Button>
        </>
      }
    >
      {describe.isError && <ProblemNotice error={describe.error} />}
      <TextField
        label={words.__('Description')}
        rows={4}
        maxLength={longest}
        autoFocus
        value={description}
        onChange={setDescription}
      />
    </Dialog>
  );
};
