import { roleCan } from '@hopslab/schema';
import type { JSX } from 'react';
import {
  Button,
  ChangedMeanwhile,
  formatTime,
  HubLink,
  ProblemNotice,
  TextField,
  useEditing,
  useWords
} from '../../ui/index.js';
import type { IProject } from './projects.tokens.js';
import { askOwners, roleWord } from './projects.words.js';

interface Props {
  readonly model: IProject;
}

const longest = 500;

/** The description, which data owners may change in its place. */
const Description = ({ model }: Props): JSX.Element => {
  const words = useWords();
  const editing = useEditing(model.description);
  const { draft, busy, failure } = editing;
  const { project, me, members } = model;
  const may = me?.project && roleCan(me.project.role, 'project.update');
  const refusal = may
    ? null
    : askOwners(words.__('Only data owners change the description.'), members, words);
  if (draft === null)
    return (
      <>
        {failure !== null && <ProblemNotice error={failure} />}
        <div className="hop-Settings-head">
          <p className={project?.description ? undefined : 'hop-Quiet'}>
            {project?.description || words.__('No description yet.')}
          </p>
          <Button disabledReason={refusal} busy={busy} onClick={() => void editing.begin()}>
            {words.__('Edit description')}
          </Button>
        </div>
      </>
    );
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (!busy && draft.length <= longest) void editing.save();
      }}
    >
      {failure !== null && <ProblemNotice error={failure} />}
      <ChangedMeanwhile editing={editing} />
      <TextField
        label={words.__('Description')}
        value={draft}
        rows={4}
        autoFocus
        error={draft.length > longest ? words.__('At most %1 characters.', longest) : undefined}
        onChange={editing.setDraft}
      />
      <div className="hop-Settings-acts">
        <Button type="submit" look="main" busy={busy}>
          {words.__('Save')}
        </Button>
        <Button onClick={editing.end}>{words.__('Cancel')}</Button>
      </div>
    </form>
  );
};

/** The section Overview: what the project is, and the ways to archive and delete it, which lead to the hub. */
export const OverviewView = ({ model }: Props): JSX.Element => {
  const words = useWords();
  const { project, me, members, hubPage } = model;
  if (!project || !me?.project || hubPage === null)
    return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const may = roleCan(me.project.role, 'project.delete');
  const refusal = may
    ? null
    : askOwners(words.__('Only data owners archive or delete the project.'), members, words);
  return (
    <div className="hop-Settings-section">
      <h2>{project.name}</h2>
      <Description model={model} />
      <dl className="hop-Facts">
        <dt>{words.__('My role')}</dt>
        <dd>{roleWord(project.role, words)}</dd>
        <dt>{words.__('Members')}</dt>
        <dd>{project.members}</dd>
        <dt>{words.__('Services')}</dt>
        <dd>{project.services.join(', ') || words.__('none')}</dd>
        {project.state === 'archived' && (
          <>
            <dt>{words.__('State')}</dt>
            <dd>{words.__('archived: it can be looked at, not worked in')}</dd>
          </>
        )}
        <dt>{words.__('Created')}</dt>
        <dd>{formatTime(project.createdAt)}</dd>
      </dl>
      <div className="hop-Settings-acts">
        <HubLink href={`${hubPage}?do=archive`} refusal={refusal}>
          {words.__('Archive…')}
        </HubLink>
        <HubLink href={`${hubPage}?do=delete`} refusal={refusal} danger>
          {words.__('Delete…')}
        </HubLink>
      </div>
    </div>
  );
};
