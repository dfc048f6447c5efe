import type { experiments } from '@hopslab/schema';
import type { JSX, ReactNode } from 'react';
import {
  Button,
  ChangedMeanwhile,
  ProblemNotice,
  TextField,
  useEditing,
  useWords,
  type Editable
} from '../../ui/index.js';
import type { Steering } from './experiments.steering.js';

const TagList = ({ tags }: { readonly tags: readonly string[] }): JSX.Element => {
  const words = useWords();
  return (
    <ul className="hop-Tags" aria-label={words.__('Tags')}>
      {tags.map(tag => (
        <li key={tag} title={tag}>
          {tag}
        </li>
      ))}
    </ul>
  );
};

interface WrittenProps {
  readonly source: Editable;
  readonly label: string;
  readonly hint?: string;
  readonly rows?: number;
  readonly maxLength: number;
  readonly edit: string;
  readonly mayWrite: boolean;
  readonly children: ReactNode;
}

/** Something written, which is changed in its place. */
const Written = ({ source, label, hint, rows, maxLength, edit, mayWrite, children }: WrittenProps) => {
  const words = useWords();
  const editing = useEditing(source);
  const { draft, busy, failure } = editing;
  if (draft === null)
    return (
      <div className="hop-Written">
        {children}
        {mayWrite && (
          <Button look="bare" icon="edit" busy={busy} onClick={() => void editing.begin()}>
            {edit}
          </Button>
        )}
        {failure !== null && <ProblemNotice error={failure} />}
      </div>
    );
  return (
    <form
      className="hop-Written hop-mod-editing"
      // JupyterLab's keyboard shortcuts would act on what lies behind.
      data-lm-suppress-shortcuts="true"
      onSubmit={event => {
        event.preventDefault();
        if (!busy) void editing.save();
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') editing.end();
      }}
    >
      {failure !== null && <ProblemNotice error={failure} />}
      <ChangedMeanwhile editing={editing} />
      <TextField
        label={label}
        hint={hint}
        value={draft}
        onChange={editing.setDraft}
        maxLength={maxLength}
        autoFocus
        {...(rows !== undefined && { rows })}
      />
      <Button type="submit" look="main" busy={busy}>
        {words.__('Save')}
      </Button>
      <Button onClick={editing.end}>{words.__('Cancel')}</Button>
    </form>
  );
};

/** What people write on an experiment. */
export const Annotations = ({
  experiment,
  steering
}: {
  readonly experiment: experiments.Experiment;
  readonly steering: Steering;
}): JSX.Element => {
  const words = useWords();
  const { tags, note } = experiment;
  const { mayWrite } = steering;
  return (
    <div className="hop-Annotations">
      <Written
        source={steering.tags}
        label={words.__('Tags')}
        hint={words.__('With commas between, 20 at most.')}
        maxLength={900}
        edit={tags.length > 0 ? words.__('Edit tags') : words.__('Add tags')}
        mayWrite={mayWrite}
      >
        {tags.length > 0 && <TagList tags={tags} />}
      </Written>
      <Written
        source={steering.note}
        label={words.__('Note')}
        rows={4}
        maxLength={2000}
        edit={note ? words.__('Edit note') : words.__('Add a note')}
        mayWrite={mayWrite}
      >
        {note && <p className="hop-Note">{note}</p>}
      </Written>
    </div>
  );
};
