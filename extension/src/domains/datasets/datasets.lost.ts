import { Notification } from '@jupyterlab/apputils';
import type { Translate } from '../../ui/index.js';
import type { PublicModel } from './datasets.public.model.js';
import type { SharesModel } from './datasets.shares.model.js';

/** Says which datasets of others have gone from the project while somebody works in it. */
export const tellLosses = (shares: SharesModel, found: PublicModel, words: Translate): void => {
  let before: ReadonlySet<string> | undefined;
  const look = (): void => {
    if (!shares.state || !found.state) return;
    const accepted = shares.state.offers.filter(({ state }) => state === 'accepted');
    const now = new Set([
      ...accepted.map(({ owner, dataset }) => `${owner}::${dataset}`),
      ...found.state.added.map(({ name }) => name)
    ]);
    for (const name of before ?? [])
      if (!now.has(name))
        Notification.warning(
          words.__(
            '%1 is not in this project any more: it was taken back, made private or given back.',
            name
          ),
          { autoClose: false }
        );
    before = now;
  };
  shares.stateChanged.connect(look);
  found.stateChanged.connect(look);
};
