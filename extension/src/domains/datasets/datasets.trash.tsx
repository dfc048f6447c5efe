import { roleCan, type trash } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  formatBytes,
  formatTime,
  Notice,
  ProblemNotice,
  Table,
  useAsking,
  useWords,
  type Asking
} from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { TrashModel } from './datasets.trash.model.js';

interface Props {
  readonly model: TrashModel;
  readonly project: IProject;
}

interface ForGoodProps {
  readonly items: readonly trash.TrashItem[];
  readonly asking: Asking;
  readonly act: () => Promise<unknown>;
  readonly onClose: () => void;
}

const sum = (items: readonly trash.TrashItem[], what: 'bytes' | 'files'): number =>
  items.reduce((all, item) => all + item[what], 0);

/** Asks before something goes for good, saying how much. */
const ForGood = ({ items, asking, act, onClose }: ForGoodProps): JSX.Element => {
  const words = useWords();
  const files = words._n('one file', '%1 files', sum(items, 'files'));
  return (
    <ConfirmDialog
      title={words._n(
        'Remove %2 for good?',
        'Remove %1 things for good?',
        items.length,
        items[0]?.path ?? ''
      )}
      act={words.__('Remove for good')}
      danger
      busy={asking.busy}
      onConfirm={() =>
        void asking.ask(act).then(done => {
          if (done) onClose();
        })
      }
      onClose={() => {
        asking.forget();
        onClose();
      }}
    >
      <p>{words.__('%1, %2: there is no way back.', files, formatBytes(sum(items, 'bytes')))}</p>
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
    </ConfirmDialog>
  );
};

/** What was deleted: brought back, or removed for good. */
export const TrashView = ({ model, project }: Props): JSX.Element => {
  const words = useWords();
  const asking = useAsking(model.state);
  const [going, setGoing] = useState<readonly trash.TrashItem[] | null>(null);
  const { state, problem } = model;
  const isOwner = roleCan(project.me?.project?.role ?? 'data_scientist', 'data.import');
  const mine = (state?.items ?? []).filter(({ programs }) => isOwner || programs);
  const refusal = ({ programs }: trash.TrashItem): string | null =>
    isOwner || programs ? null : words.__('Only data owners bring data back, or remove it for good.');
  const ask = (items: readonly trash.TrashItem[]): void => {
    asking.forget();
    setGoing(items);
  };
  const [only] = going?.length === 1 ? going : [];
  return (
    <div className="hop-Trash">
      <div className="hop-Settings-head">
        <h2>{words.__('Trash')}</h2>
        <Button
          disabledReason={mine.length === 0 ? words.__('Nothing is in it that you could remove.') : null}
          onClick={() => {
            ask(mine);
          }}
        >
          {words.__('Empty the trash…')}
        </Button>
      </div>
      <p className="hop-Quiet">
        {words.__('What is here still counts for the storage of the project, and goes for good by itself.')}
      </p>
      {problem && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {going === null && asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
      {state?.hasMore && (
        <Notice tone="info" title={words.__('The last 1,000 are shown')}>
          <p>{words.__('Others are seen when some of these are gone.')}</p>
        </Notice>
      )}
      {!state && !problem && <p>{words.__('Loading…')}</p>}
      {state?.items.length === 0 && (
        <EmptyState>{words.__('Nothing was deleted that could be brought back.')}</EmptyState>
      )}
      {state && state.items.length > 0 && (
        <Table<trash.TrashItem>
          label={words.__('Deleted files and folders')}
          rows={state.items}
          rowKey={({ id }) => id}
          height={560}
          columns={[
            {
              id: 'path',
              title: words.__('Was'),
              cell: ({ dataset, path, kind }) => (
                <span
                  title={`${dataset}/${path}`}
                >{`${dataset}/${path}${kind === 'folder' ? '/' : ''}`}</span>
              ),
              sortBy: ({ dataset, path }) => `${dataset}/${path}`,
              width: 'minmax(12em, 2fr)'
            },
            {
              id: 'size',
              title: words.__('Size'),
              cell: ({ bytes }) => formatBytes(bytes),
              sortBy: ({ bytes }) => bytes,
              align: 'end',
              width: '7em'
            },
            {
              id: 'deleted',
              title: words.__('Deleted'),
              cell: ({ deletedAt, deletedBy }) => words.__('%1, by %2', formatTime(deletedAt), deletedBy),
              sortBy: ({ deletedAt }) => deletedAt,
              width: 'minmax(19em, 1fr)'
            },
            {
              id: 'until',
              title: words.__('Goes for good'),
              cell: ({ until }) => formatTime(until),
              sortBy: ({ until }) => until,
              width: '13em'
            },
            {
              id: 'acts',
              title: words.__('Actions'),
              width: '12em',
              cell: item => (
                <span className="hop-Settings-acts">
                  <Button
                    look="bare"
                    busy={asking.busy}
                    disabledReason={refusal(item)}
                    onClick={() => void asking.ask(() => model.restore(item.id))}
                  >
                    {words.__('Restore')}
                    <span className="hop-hidden"> {item.path}</span>
                  </Button>
                  <Button
                    look="bare"
                    disabledReason={refusal(item)}
                    onClick={() => {
                      ask([item]);
                    }}
                  >
                    {words.__('Remove…')}
                    <span className="hop-hidden"> {item.path}</span>
                  </Button>
                </span>
              )
            }
          ]}
        />
      )}
      {going && (
        <ForGood
          items={going}
          asking={asking}
          act={() => (only ? model.remove(only.id) : model.empty())}
          onClose={() => {
            setGoing(null);
          }}
        />
      )}
    </div>
  );
};
