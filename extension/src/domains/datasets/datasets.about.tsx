import { roleCan, type activity } from '@hopslab/schema';
import { useEffect, useRef, useState, type JSX } from 'react';
import {
  Breakable,
  Button,
  ChangedMeanwhile,
  formatBytes,
  formatTime,
  Notice,
  ProblemNotice,
  TextField,
  useEditing,
  useWords,
  type Translate
} from '../../ui/index.js';
import { sentenceOf } from '../audit/audit.tokens.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { About, AboutModel } from './datasets.about.model.js';
import { harmless } from './datasets.readme.js';

interface Props {
  readonly model: AboutModel;
  readonly project: IProject;
  /** Markdown as HTML. */
  readonly render: (markdown: string) => Promise<string>;
}

const longest = 2000;

const Readme = ({ readme, render }: { readonly readme: About['readme'] } & Pick<Props, 'render'>) => {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { text } = readme;
  useEffect(() => {
    if (text === null) return;
    render(text).then(html => place.current?.replaceChildren(harmless(html)), setFailure);
  }, [text, render]);
  if (text === null)
    return <p className="hop-Quiet">{words.__('A file README.md in the dataset would be shown here.')}</p>;
  return (
    <>
      {failure !== null && <ProblemNotice error={failure} />}
      <div className="hop-About-readme jp-RenderedHTMLCommon" ref={place} />
      {readme.cut && (
        <Notice tone="info" title={words.__('It is longer')}>
          <p>{words.__('Its beginning is shown. Open README.md to read all of it.')}</p>
        </Notice>
      )}
    </>
  );
};

const Description = ({ model, project }: Omit<Props, 'render'>): JSX.Element => {
  const words = useWords();
  const editing = useEditing(model.description);
  const text = model.state?.dataset.description ?? '';
  const { sharedBy, builtIn = false } = model.state?.dataset ?? {};
  const isOwn = sharedBy === undefined && !builtIn;
  const mayEdit = roleCan(project.me?.project?.role ?? 'data_scientist', 'dataset.update');
  if (editing.draft === null)
    return (
      <div className="hop-About-description">
        <p>{text || <span className="hop-Quiet">{words.__('Nobody has described it yet.')}</span>}</p>
        {isOwn && (
          <Button
            look="bare"
            icon="edit"
            busy={editing.busy}
            disabledReason={mayEdit ? null : words.__('Only data owners describe datasets.')}
            onClick={() => void editing.begin()}
          >
            {text === '' ? words.__('Describe it') : words.__('Edit the description')}
          </Button>
        )}
        {editing.failure !== null && <ProblemNotice error={editing.failure} />}
      </div>
    );
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (!editing.busy) void editing.save();
      }}
    >
      {editing.failure !== null && <ProblemNotice error={editing.failure} />}
      <ChangedMeanwhile editing={editing} />
      <TextField
        label={words.__('Description')}
        rows={3}
        maxLength={longest}
        autoFocus
        value={editing.draft}
        onChange={editing.setDraft}
      />
      <Button type="submit" look="main" busy={editing.busy}>
        {words.__('Save')}
      </Button>{' '}
      <Button onClick={editing.end}>{words.__('Cancel')}</Button>
    </form>
  );
};

const rowOf = (dataset: string, { actor, action, path, to, project, permission }: activity.Activity) => ({
  ...{ actor, action, outcome: 'done' as const },
  asset: path === '' ? `dataset:${dataset}` : `file:${dataset}/${path}`,
  data: {
    ...(to !== undefined && { to }),
    ...(project !== undefined && { project }),
    ...(permission !== undefined && { permission })
  }
});

const factsOf = ({ dataset }: About, words: Translate): readonly [string, string][] => [
  [
    words.__('Holds'),
    words.__(
      '%1 in %2',
      formatBytes(dataset.bytes),
      words._n('one file', '%1 files', Math.max(0, dataset.files))
    )
  ],
  ...(dataset.sharedBy === undefined
    ? []
    : [[words.__('Belongs to'), dataset.sharedBy] satisfies [string, string]]),
  [
    words.__('Seen by'),
    dataset.public ? words.__('everybody in the organisation') : words.__('members of the project')
  ],
  ...(dataset.builtIn
    ? []
    : [
        [
          words.__('Programs of data scientists'),
          dataset.editable && dataset.permission !== 'read_only'
            ? words.__('read and write')
            : words.__('only read')
        ] satisfies [string, string]
      ]),
  [words.__('Created'), formatTime(dataset.createdAt)]
];

/** One dataset: what it is, what it says of itself, and who changed what in it. */
export const AboutView = ({ model, project, render }: Props): JSX.Element => {
  const words = useWords();
  const { state, problem, name } = model;
  const names = new Map(project.members.map(({ user, displayName }) => [user, displayName]));
  return (
    <div className="hop-About">
      <h2>
        <Breakable name={name} />
      </h2>
      {problem && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {!state && !problem && <p>{words.__('Loading…')}</p>}
      {state && (
        <>
          <Description model={model} project={project} />
          <dl className="hop-About-facts">
            {factsOf(state, words).map(([term, fact]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{fact}</dd>
              </div>
            ))}
          </dl>
          <Readme readme={state.readme} render={render} />
          <h3>{words.__('What was done in it')}</h3>
          {state.done.length === 0 && <p className="hop-Quiet">{words.__('Nothing yet.')}</p>}
          <ul className="hop-About-done" aria-label={words.__('What was done in it')}>
            {state.done.map(row => (
              <li key={row.position}>
                <span>{sentenceOf(rowOf(name, row), names, words)}</span>{' '}
                <span className="hop-Quiet">{formatTime(row.at)}</span>
              </li>
            ))}
          </ul>
          {state.hasMore && <Button onClick={() => void model.more()}>{words.__('Show more')}</Button>}
        </>
      )}
    </div>
  );
};
