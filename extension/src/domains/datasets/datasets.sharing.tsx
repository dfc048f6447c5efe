import type { shares } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import {
  Button,
  EmptyState,
  formatTime,
  ProblemNotice,
  Table,
  useAsking,
  useWords,
  type Column
} from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { Offers } from './datasets.offers.js';
import { shareRefusal } from './datasets.rights.js';
import { ShareDialog } from './datasets.share-dialog.js';
import type { SharesModel, SharesState, ShareTarget } from './datasets.shares.model.js';
import type { PublicModel } from './datasets.public.model.js';
import { PublicPart } from './datasets.public.js';
import type { PublicWish, ShareWish } from './datasets.sharing.wish.js';
import { permissionWord, stateWord } from './datasets.sharing.words.js';
import { TakeBack } from './datasets.take-back.js';

interface Props {
  readonly project: IProject;
  readonly model: SharesModel;
  readonly wish: ShareWish;
  readonly publicModel: PublicModel;
  readonly publicWish: PublicWish;
}

const targetOf = ({ dataset, project }: shares.GivenShare): ShareTarget => ({ dataset, project });

const partnersOf = ({ given, offers }: SharesState): string[] => [
  ...new Set([...given.map(({ project }) => project), ...offers.map(({ owner }) => owner)])
];

/** The section Sharing: what goes to other projects and what comes from them; changes wait for a click on the hub. */
export const SharingSection = ({ project, model, wish, publicModel, publicWish }: Props): JSX.Element => {
  const words = useWords();
  const asking = useAsking(model.state);
  const publicAsking = useAsking(publicModel.state);
  const [taking, setTaking] = useState<ShareTarget>();
  const mine = project.me?.project;
  if (!mine) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const refusal = shareRefusal(project, words);
  const { state } = model;

  const columns: readonly Column<shares.GivenShare>[] = [
    {
      id: 'dataset',
      title: words.__('Dataset'),
      sortBy: ({ dataset }) => dataset,
      cell: ({ dataset }) => <span title={dataset}>{dataset}</span>,
      width: 'minmax(7em, 1fr)'
    },
    {
      id: 'with',
      title: words.__('With'),
      sortBy: ({ project: other }) => other,
      cell: ({ project: other }) => <span title={other}>{other}</span>,
      width: 'minmax(7em, 1fr)'
    },
    {
      id: 'may',
      title: words.__('They may'),
      sortBy: ({ permission }) => permission,
      cell: ({ permission }) => permissionWord(permission, words),
      width: 'minmax(8em, 1fr)'
    },
    {
      id: 'state',
      title: words.__('State'),
      sortBy: share => share.state,
      cell: ({ state: now, answeredAt, offeredAt, offeredBy }) => (
        <span
          title={
            answeredAt === null
              ? words.__('Offered by %1, %2', offeredBy, formatTime(offeredAt))
              : words.__('Answered %1', formatTime(answeredAt))
          }
        >
          {stateWord(now, words)}
        </span>
      ),
      width: 'minmax(10em, 1.2fr)'
    },
    {
      id: 'acts',
      title: words.__('Actions'),
      width: 'minmax(19em, 1.4fr)',
      cell: share => {
        const other = share.permission === 'editable' ? 'read_only' : 'editable';
        const name = words.__('%1 with %2', share.dataset, share.project);
        return (
          <span className="hop-Settings-acts">
            {share.state !== 'rejected' && (
              <Button
                look="bare"
                disabledReason={refusal}
                busy={asking.busy}
                onClick={() => void asking.ask(() => model.change(targetOf(share), other))}
              >
                {other === 'editable' ? words.__('Make editable') : words.__('Make read-only')}
                <span className="hop-hidden"> {name}</span>
              </Button>
            )}
            <Button
              look="bare"
              disabledReason={refusal}
              onClick={() => {
                asking.forget();
                setTaking(targetOf(share));
              }}
            >
              {words.__('Take back')}
              <span className="hop-hidden"> {name}</span>
            </Button>
          </span>
        );
      }
    }
  ];

  return (
    <div className="hop-Settings-section">
      <div className="hop-Settings-head">
        <h2>{words.__('Sharing')}</h2>
        <Button
          icon="plus"
          disabledReason={refusal}
          onClick={() => {
            wish.set(state?.own[0] ?? null);
          }}
        >
          {words.__('Share a dataset…')}
        </Button>
      </div>
      <p className="hop-Quiet">
        {words.__(
          'A dataset that is shared appears in the other project as a folder. It stays here: it is never copied, and can be taken back at any time.'
        )}
      </p>
      {/* What a dialog asks for is answered in the dialog. */}
      {asking.outcome !== null && !taking && wish.wanted === null && <ProblemNotice error={asking.outcome} />}
      {model.problem && <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />}
      {state === null && !model.problem && <p className="hop-Section-note">{words.__('Loading…')}</p>}
      {state && (
        <>
          {state.offers.length > 0 && (
            <>
              <h3>{words.__('From other projects')}</h3>
              <Offers model={model} offers={state.offers} refusal={refusal} asking={asking} />
            </>
          )}
          <h3>{words.__('To other projects')}</h3>
          <Table
            label={words.__('Shares')}
            rows={state.given}
            columns={columns}
            rowKey={({ offerId }) => offerId}
            sorting={{ column: 'dataset', direction: 'ascending' }}
            empty={<EmptyState>{words.__('Nothing of this project is shared.')}</EmptyState>}
            height={420}
          />
        </>
      )}
      {publicAsking.outcome !== null && publicWish.wanted === null && (
        <ProblemNotice error={publicAsking.outcome} />
      )}
      <PublicPart
        model={publicModel}
        wish={publicWish}
        project={mine.name}
        refusal={refusal}
        asking={publicAsking}
      />
      {state && wish.wanted !== null && (
        <ShareDialog
          key={wish.wanted}
          model={model}
          own={state.own}
          dataset={wish.wanted}
          project={mine.name}
          known={partnersOf(state)}
          asking={asking}
          onClose={() => {
            wish.set(null);
          }}
        />
      )}
      {taking && (
        <TakeBack
          model={model}
          target={taking}
          asking={asking}
          onClose={() => {
            setTaking(undefined);
          }}
        />
      )}
    </div>
  );
};
