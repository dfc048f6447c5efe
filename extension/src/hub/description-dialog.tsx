import { useEffect, useState } from 'react';
import {
  Button,
  ChangedMeanwhile,
  Dialog,
  ProblemNotice,
  TextField,
  useEditing,
  useWords
} from '../ui/index.js';
import { descriptionOf } from './project-settings.model.js';

const longest = 500;

export const DescriptionDialog = ({
  project,
  onClose
}: {
  readonly project: string;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [source] = useState(() => descriptionOf(project));
  const editing = useEditing(source, onClose);
  const { draft, busy, failure } = editing;
  useEffect(() => {
    void editing.begin();
  }, []);
  return (
    <Dialog
      title={words.__('Describe %1', project)}
      onClose={onClose}
      onSubmit={() => {
        if (!busy) void editing.save();
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={busy}>
            {words.__('Save')}
          </Button>
        </>
      }
    >
      {failure !== null && <ProblemNotice error={failure} />}
      <ChangedMeanwhile editing={editing} />
      {draft !== null && (
        <TextField
          label={words.__('Description')}
          rows={4}
          maxLength={longest}
          autoFocus
          value={draft}
          onChange={editing.setDraft}
        />
      )}
    </Dialog>
  );
};
