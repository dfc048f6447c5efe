import type { models } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  formatBytes,
  formatNumber,
  formatTime,
  ProblemNotice,
  Table,
  useAsking,
  useWords,
  type Column
} from '../../ui/index.js';
import type { ModelDetail } from './models.model.js';

type Version = models.ModelVersion;

interface Props {
  readonly model: ModelDetail;
  /** What people call an experiment. */
  readonly experimentName: (id: string) => string;
  readonly openExperiment: (id: string) => void;
  readonly copy: (version: Version) => void;
  /** Who can delete what others registered. */
  readonly owners: () => string;
}

const mostMetrics = 6;

const metricsOf = (versions: readonly Version[]): string[] =>
  [...new Set(versions.flatMap(({ metrics }) => Object.keys(metrics)))].slice(0, mostMetrics);

const Deleting = ({
  version,
  model,
  onClose
}: {
  readonly version: Version;
  readonly model: ModelDetail;
  readonly onClose: () => void;
}): JSX.Element => {
  const words = useWords();
  const asking = useAsking(version);
  return (
    <ConfirmDialog
      title={words.__('Delete %1, version %2?', version.name, version.version)}
      act={words.__('Delete')}
      danger
      busy={asking.busy}
      onConfirm={() =>
        void asking
          .ask(() => model.remove(version))
          .then(done => {
            if (done) onClose();
          })
      }
      onClose={onClose}
    >
      <p>
        {words.__(
          'Nobody finds or loads it any more. Its files (%1) go to the trash of the dataset Models, from where a data owner can bring them back.',
          formatBytes(version.bytes)
        )}
      </p>
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
    </ConfirmDialog>
  );
};

/** A model’s versions: their metrics, where they came from, and what can be done with them. */
export const ModelView = ({ model, experimentName, openExperiment, copy, owners }: Props): JSX.Element => {
  const words = useWords();
  const [deleting, setDeleting] = useState<Version | null>(null);
  const { state, problem, name } = model;
  const metrics = metricsOf(state ?? []);
  const columns: readonly Column<Version>[] = [
    {
      id: 'version',
      title: words.__('Version'),
      width: 'minmax(6em, 1.5fr)',
      sortBy: ({ version }) => version,
      cell: ({ version, description, missing }) => (
        <span title={description}>
          {version}
          {missing && <span className="hop-Quiet"> {words.__('files missing')}</span>}
          {description !== '' && <span className="hop-Quiet"> {description}</span>}
        </span>
      )
    },
    ...metrics.map(metric => ({
      id: `metric ${metric}`,
      title: metric,
      width: 'minmax(8em, 1fr)',
      align: 'end' as const,
      sortBy: ({ metrics: own }: Version) => own[metric] ?? null,
      cell: ({ metrics: own }: Version) => (own[metric] === undefined ? '' : formatNumber(own[metric]))
    })),
    {
      id: 'origin',
      title: words.__('Came of'),
      width: 'minmax(9em, 2fr)',
      cell: ({ experiment, trial }) =>
        experiment !== null && (
          <Button
            look="bare"
            onClick={() => {
              openExperiment(experiment);
            }}
          >
            {trial === null
              ? experimentName(experiment)
              : words.__('%1, trial %2', experimentName(experiment), trial)}
          </Button>
        )
    },
    {
      id: 'by',
      title: words.__('By'),
      width: 'minmax(5em, 0.7fr)',
      sortBy: ({ createdBy }) => createdBy,
      cell: ({ createdBy }) => createdBy
    },
    {
      id: 'at',
      title: words.__('Registered'),
      width: '12em',
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => formatTime(createdAt)
    },
    {
      id: 'size',
      title: words.__('Size'),
      width: '6em',
      align: 'end',
      sortBy: ({ bytes }) => bytes,
      cell: ({ bytes }) => formatBytes(bytes)
    },
    {
      id: 'acts',
      title: words.__('Actions'),
      width: '13em',
      cell: version => (
        <>
          <Button
            look="bare"
            onClick={() => {
              copy(version);
            }}
          >
            {words.__('Copy code')}
            <span className="hop-hidden"> {words.__('to load version %1', version.version)}</span>
          </Button>
          <Button
            look="bare"
            disabledReason={
              model.mayRemove(version)
                ? null
                : words.__('Only %1 and data owners delete it: %2.', version.createdBy, owners())
            }
            onClick={() => {
              setDeleting(version);
            }}
          >
            {words.__('Delete…')}
            <span className="hop-hidden"> {words.__('version %1', version.version)}</span>
          </Button>
        </>
      )
    }
  ];
  // Of a model whose last version was deleted the platform knows no more.
  const isGone = problem?.code === 'model.unknown';
  return (
    <div className="hop-Model">
      <h2>{name}</h2>
      {problem && !isGone && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {isGone && <EmptyState>{words.__('No version of it is registered any more.')}</EmptyState>}
      {state === null && !problem && <p className="hop-Section-note">{words.__('Loading…')}</p>}
      {state && !isGone && (
        <Table
          label={words.__('Versions of %1', name)}
          rows={state}
          columns={columns}
          rowKey={({ version }) => version}
          sorting={{ column: 'version', direction: 'descending' }}
          height={560}
        />
      )}
      {deleting && (
        <Deleting
          version={deleting}
          model={model}
          onClose={() => {
            setDeleting(null);
          }}
        />
      )}
    </div>
  );
};
