import type { provenance } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, formatBytes, formatTime, Notice, ProblemNotice, useWords } from '../../ui/index.js';
import type { ProvenanceModel } from './experiments.provenance.js';

export interface ProvenanceProps {
  readonly model: ProvenanceModel;
  /** Makes a notebook that runs it again, and opens it. */
  readonly again: () => Promise<void>;
}

const Facts = ({ made }: { made: provenance.Provenance }): JSX.Element => {
  const words = useWords();
  const { resources } = made;
  const packages = Object.entries(made.packages);
  return (
    <>
      <dl className="hop-Provenance-facts">
        <dt>{words.__('Run by')}</dt>
        <dd>{made.createdBy}</dd>
        <dt>{words.__('Program')}</dt>
        <dd>{made.program ?? words.__('not known')}</dd>
        <dt>{words.__('Resources')}</dt>
        <dd>
          {words.__(
            'Executors: %1; of each cores: %2, memory: %3, GPUs: %4',
            resources.executors,
            resources.cores,
            formatBytes(resources.memory),
            resources.gpus
          )}
        </dd>
        <dt>{words.__('Environment')}</dt>
        <dd>
          {words.__(
            'Python %1, %2 packages (%3)',
            made.python,
            packages.length,
            made.environment.slice(0, 12)
          )}
        </dd>
      </dl>
      <details>
        <summary>{words._n('%1 file read', '%1 files read', made.files.length)}</summary>
        <ul className="hop-Provenance-list">
          {made.files.map(({ path, size, modifiedAt }) => (
            <li key={path}>
              <code>{path}</code>{' '}
              <span className="hop-Quiet">
                {formatBytes(size)}, {formatTime(modifiedAt)}
              </span>
            </li>
          ))}
        </ul>
        <p className="hop-Quiet">
          {words.__(
            'Files that Python, pyarrow and Spark’s readers opened; what SQL and other libraries read by themselves is not seen.'
          )}{' '}
          {made.filesLeftOut > 0 &&
            words._n('%1 more is not kept.', '%1 more are not kept.', made.filesLeftOut)}
        </p>
      </details>
      <details>
        <summary>{words.__('Packages')}</summary>
        <pre className="hop-Provenance-code" tabIndex={0} aria-label={words.__('Packages')}>
          {packages.map(([name, version]) => `${name}==${version}`).join('\n')}
        </pre>
      </details>
      <details>
        <summary>{words.__('Code')}</summary>
        <pre className="hop-Provenance-code" tabIndex={0} aria-label={words.__('Code')}>
          {[...made.before, made.code].join('\n\n')}
        </pre>
      </details>
    </>
  );
};

/** How an experiment was made: fetched once it is opened. */
export const HowMade = ({ model, again }: ProvenanceProps): JSX.Element => {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const { made, problem } = model;
  return (
    <details
      className="hop-Provenance"
      onToggle={event => {
        if (event.currentTarget.open && event.target === event.currentTarget) void model.load();
      }}
    >
      <summary>{words.__('How it was made')}</summary>
      {problem?.code === 'provenance.none' ? (
        <Notice tone="info" title={problem.title}>
          <p>{problem.detail}</p>
        </Notice>
      ) : (
        problem && <ProblemNotice error={problem} onRetry={() => void model.load()} />
      )}
      {!made && !problem && <p className="hop-Quiet">{words.__('Loading…')}</p>}
      {made && (
        <>
          <Facts made={made} />
          <Button
            busy={busy}
            onClick={() => {
              setBusy(true);
              void again().finally(() => {
                setBusy(false);
              });
            }}
          >
            {words.__('Make a notebook that runs it again')}
          </Button>
        </>
      )}
    </details>
  );
};
