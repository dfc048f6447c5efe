import type { publicDatasets } from '@hopslab/schema';
import { useState } from 'react';
import { ConfirmDialog, ProblemNotice, SelectField, useWords } from '../ui/index.js';
import { useAddPublic } from './public-datasets.model.js';

/** Asks to which of one’s projects a public dataset is added. */
export const AddPublicDialog = ({
  found,
  projects,
  onClose
}: {
  readonly found: publicDatasets.PublicDataset;
  /** Where it can be added; one at least. */
  readonly projects: readonly string[];
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [to, setTo] = useState(projects[0] ?? '');
  const add = useAddPublic();
  const { owner, dataset } = found;
  return (
    <ConfirmDialog
      title={words.__('Add %1::%2', owner, dataset)}
      act={words.__('Add it')}
      busy={add.isPending}
      onClose={onClose}
      onConfirm={() => {
        add.mutate({ to, owner, dataset }, { onSuccess: onClose });
      }}
    >
      <SelectField
        label={words.__('To the project')}
        value={to}
        options={projects.map(name => ({ value: name, label: name }))}
        hint={words.__(
          'Its members read it as a folder of their notebook servers; those that run now get it when they start again. %1 sees which projects have added it.',
          owner
        )}
        onChange={setTo}
      />
      {add.isError && <ProblemNotice error={add.error} />}
    </ConfirmDialog>
  );
};
