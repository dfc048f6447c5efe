import { ConfirmDialog, ProblemNotice, useWords } from '../ui/index.js';
import { useArchive } from './project-settings.model.js';
import { RunningList } from './running-list.js';
import { SharedList } from './shared-list.js';

export const ArchiveDialog = ({
  project,
  onClose
}: {
  readonly project: string;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const archive = useArchive(project);
  return (
    <ConfirmDialog
      title={words.__('Archive %1?', project)}
      act={words.__('Archive the project')}
      danger
      busy={archive.isPending}
      onClose={onClose}
      onConfirm={() => {
        archive.mutate(true, { onSuccess: onClose });
      }}
    >
      <p>
        {words.__(
          'Its members still see it and what is in it; nobody works in it until a data owner takes it out of the archive.'
        )}
      </p>
      <SharedList project={project} />
      <RunningList project={project} />
      {archive.isError && <ProblemNotice error={archive.error} />}
    </ConfirmDialog>
  );
};
