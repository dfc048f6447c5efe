import type { shares } from '@hopslab/schema';
import type { JSX } from 'react';
import { Breakable, Button, formatTime, useWords, type Asking } from '../../ui/index.js';
import type { SharesModel } from './datasets.shares.model.js';
import { permissionWord } from './datasets.sharing.words.js';

interface Props {
  readonly model: SharesModel;
  readonly offers: readonly shares.Offer[];
  /** Why they cannot be answered; null where they can. */
  readonly refusal: string | null;
  readonly asking: Asking;
}

const isWaiting = ({ state }: shares.Offer): boolean => state === 'offered';

/** What other projects share with this one, those first that wait for an answer. */
export const Offers = ({ model, offers, refusal, asking }: Props): JSX.Element => {
  const words = useWords();
  const act = (label: string, name: string, change: () => Promise<unknown>): JSX.Element => (
    <Button disabledReason={refusal} busy={asking.busy} onClick={() => void asking.ask(change)}>
      {label}
      <span className="hop-hidden"> {name}</span>
    </Button>
  );
  return (
    <ul className="hop-Offers">
      {[...offers.filter(isWaiting), ...offers.filter(offer => !isWaiting(offer))].map(offer => {
        const name = `${offer.owner}::${offer.dataset}`;
        return (
          <li key={offer.id}>
            <div>
              <strong>
                <Breakable name={name} />
              </strong>{' '}
              <span className="hop-Quiet">
                {words.__(
                  '%1 · offered by %2, %3',
                  permissionWord(offer.permission, words),
                  offer.offeredBy,
                  formatTime(offer.offeredAt)
                )}
              </span>
              {offer.message !== '' && <p>{offer.message}</p>}
            </div>
            <span className="hop-Settings-acts">
              {isWaiting(offer) && act(words.__('Accept'), name, () => model.accept(offer))}
              {isWaiting(offer)
                ? act(words.__('Reject'), name, () => model.reject(offer))
                : act(words.__('Give back'), name, () => model.reject(offer))}
            </span>
          </li>
        );
      })}
    </ul>
  );
};
