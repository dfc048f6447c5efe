import { useState, type JSX } from 'react';
import { Button, EmptyState, Notice, ProblemNotice, useWords } from '../../ui/index.js';
import type { DatasetsFolder } from './datasets.folder.js';

/** What a person can do from the section, and why not; null where they can. */
export interface SectionActions {
  readonly createFolder: () => void;
  readonly upload: () => void;
  readonly addPublic: () => void;
  readonly showTrash: () => void;
  readonly addRefusal: () => string | null;
  readonly createRefusal: () => string | null;
  readonly uploadRefusal: () => string | null;
}

interface Props {
  readonly folder: DatasetsFolder;
  readonly actions: SectionActions;
}

const Filter = ({ folder }: { readonly folder: DatasetsFolder }): JSX.Element => {
  const words = useWords();
  const [typed, setTyped] = useState(folder.part);
  const [at, setAt] = useState(folder.path);
  // Another folder is not narrowed.
  if (at !== folder.path) {
    setAt(folder.path);
    setTyped('');
  }
  return (
    <input
      type="search"
      className="hop-Input hop-Datasets-filter"
      aria-label={words.__('Filter by name')}
      placeholder={words.__('Filter by name')}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        folder.narrow(target.value);
      }}
    />
  );
};

/** Above the browser: what can be done here, and what is wrong. */
export const DatasetsHeader = ({ folder, actions }: Props): JSX.Element => {
  const words = useWords();
  const atRoot = folder.place === null;
  return (
    <>
      <div className="hop-Datasets-actions">
        <Button
          look="bare"
          icon="folder"
          iconOnly
          onClick={actions.createFolder}
          disabledReason={actions.createRefusal()}
        >
          {atRoot ? words.__('New dataset…') : words.__('New folder')}
        </Button>
        {atRoot && (
          <Button
            look="bare"
            icon="plus"
            iconOnly
            onClick={actions.addPublic}
            disabledReason={actions.addRefusal()}
          >
            {words.__('Add a public dataset…')}
          </Button>
        )}
        <Button
          look="bare"
          icon="upload"
          iconOnly
          onClick={actions.upload}
          disabledReason={
            atRoot ? words.__('Open a dataset to upload files to it.') : actions.uploadRefusal()
          }
        >
          {words.__('Upload files…')}
        </Button>
        <Button look="bare" icon="trash" iconOnly onClick={actions.showTrash}>
          {words.__('Trash')}
        </Button>
        <Filter folder={folder} />
      </div>
      {folder.problem && (
        <div className="hop-Datasets-notice">
          <ProblemNotice error={folder.problem} onRetry={() => void folder.refresh()} />
        </div>
      )}
      {folder.hasMore && (
        <div className="hop-Datasets-notice">
          <Notice tone="info" title={words.__('The first 1,000 are shown')}>
            <p>{words.__('Filter by name to see others.')}</p>
          </Notice>
        </div>
      )}
    </>
  );
};

/** Over the empty list: that it is read, or what could be here. */
export const DatasetsState = ({ folder, actions }: Props): JSX.Element | null => {
  const words = useWords();
  if (!folder.loaded)
    return folder.problem ? null : <p className="hop-Section-note">{words.__('Loading…')}</p>;
  if (!folder.isEmpty || folder.problem) return null;
  if (folder.part !== '')
    return <EmptyState>{words.__('No name here has “%1” in it.', folder.part)}</EmptyState>;
  if (folder.place === null) return <EmptyState>{words.__('The project has no datasets yet.')}</EmptyState>;
  return (
    <EmptyState
      action={
        <Button look="main" onClick={actions.upload} disabledReason={actions.uploadRefusal()}>
          {words.__('Upload files')}
        </Button>
      }
    >
      {words.__('This folder is empty.')}
    </EmptyState>
  );
};
