import type { JSX, ReactNode } from 'react';
import { Breakable, Button, formatTime, ProblemNotice, useWords, type Asking } from '../../ui/index.js';
import { AddPublic } from './datasets.add-public.js';
import { MakePrivate } from './datasets.make-private.js';
import { MakePublic } from './datasets.make-public.js';
import type { PublicModel } from './datasets.public.model.js';
import type { PublicWish } from './datasets.sharing.wish.js';

interface Props {
  readonly model: PublicModel;
  readonly wish: PublicWish;
  /** This project. */
  readonly project: string;
  /** Why nothing of it can be changed; null where it can. */
  readonly refusal: string | null;
  readonly asking: Asking;
}

interface RowProps {
  readonly name: string;
  readonly about: string;
  readonly more?: string;
  readonly act: ReactNode;
}

const Row = ({ name, about, more, act }: RowProps): JSX.Element => (
  <li>
    <div>
      <strong>
        <Breakable name={name} />
      </strong>{' '}
      <span className="hop-Quiet">{about}</span>
      {more !== undefined && <p>{more}</p>}
    </div>
    <span className="hop-Settings-acts">{act}</span>
  </li>
);

/** What of the project anybody finds, and what it has added of what others find. */
export const PublicPart = ({ model, wish, project, refusal, asking }: Props): JSX.Element => {
  const words = useWords();
  const { state, problem } = model;
  const { wanted } = wish;
  const done = (): void => {
    wish.set(null);
  };
  const close = (): void => {
    asking.forget();
    done();
  };
  const ended = state?.published.find(({ dataset }) => wanted?.act === 'end' && wanted.dataset === dataset);
  return (
    <>
      <div className="hop-Settings-head">
        <h3>{words.__('Public in the organisation')}</h3>
        <Button
          disabledReason={refusal}
          onClick={() => {
            wish.set({ act: 'publish', dataset: state?.own[0]?.name ?? '' });
          }}
        >
          {words.__('Make a dataset public…')}
        </Button>
      </div>
      {problem && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {state?.published.length === 0 && (
        <p className="hop-Quiet">{words.__('Nothing of this project is public.')}</p>
      )}
      <ul className="hop-Offers" aria-label={words.__('Public datasets of this project')}>
        {state?.published.map(({ dataset, since, madeBy, usedBy }) => (
          <Row
            key={dataset}
            name={dataset}
            about={words.__('public since %1, by %2', formatTime(since), madeBy)}
            more={
              usedBy.length === 0
                ? words.__('No project has added it yet.')
                : words.__('Added by %1', usedBy.map(({ project: other }) => other).join(', '))
            }
            act={
              <Button
                look="bare"
                disabledReason={refusal}
                onClick={() => {
                  wish.set({ act: 'end', dataset });
                }}
              >
                {words.__('Make private…')}
                <span className="hop-hidden"> {dataset}</span>
              </Button>
            }
          />
        ))}
      </ul>
      <div className="hop-Settings-head">
        <h3>{words.__('Public datasets of others')}</h3>
        <Button
          disabledReason={refusal}
          onClick={() => {
            wish.set({ act: 'add' });
          }}
        >
          {words.__('Add a public dataset…')}
        </Button>
      </div>
      {state?.added.length === 0 && <p className="hop-Quiet">{words.__('This project has added none.')}</p>}
      <ul className="hop-Offers" aria-label={words.__('Public datasets that were added')}>
        {state?.added.map(({ name, addedBy, addedAt, shared }) => (
          <Row
            key={name}
            name={name}
            about={words.__('added by %1, %2', addedBy, formatTime(addedAt))}
            {...(shared && { more: words.__('It is shared with this project too.') })}
            act={
              <Button
                look="bare"
                disabledReason={refusal}
                busy={asking.busy}
                onClick={() => void asking.ask(() => model.giveBack(name))}
              >
                {words.__('Give back')}
                <span className="hop-hidden"> {name}</span>
              </Button>
            }
          />
        ))}
      </ul>
      {state && wanted?.act === 'publish' && (
        <MakePublic
          key={wanted.dataset}
          model={model}
          own={state.own}
          dataset={wanted.dataset}
          project={project}
          asking={asking}
          onClose={close}
          onDone={done}
        />
      )}
      {ended && (
        <MakePrivate model={model} publication={ended} asking={asking} onClose={close} onDone={done} />
      )}
      {state && wanted?.act === 'add' && (
        <AddPublic model={model} added={state.added} project={project} asking={asking} onClose={close} />
      )}
    </>
  );
};
