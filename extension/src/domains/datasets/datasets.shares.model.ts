import { datasets, roleCan, shares } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** What goes between this project and others. */
export interface SharesState {
  /** What this project shares, or has offered. */
  readonly given: readonly shares.GivenShare[];
  /** What others share with it, or offer. */
  readonly offers: readonly shares.Offer[];
  /** The datasets that it can share: its own. */
  readonly own: readonly string[];
}

export interface ShareTarget {
  readonly dataset: string;
  readonly project: string;
}

/** The acts reject with a `HeldAct`, as they wait for a click on the hub, or with an `ApiProblem`. */
export interface SharesModel extends Reloaded<SharesState> {
  offer(target: ShareTarget, permission: shares.Permission, message: string): Promise<unknown>;
  change(target: ShareTarget, permission: shares.Permission): Promise<unknown>;
  takeBack(target: ShareTarget): Promise<unknown>;
  accept(offer: shares.Offer): Promise<unknown>;
  /** Also gives back what was accepted. */
  reject(offer: shares.Offer): Promise<unknown>;
  /** Whose notebook servers lose the folder if it is taken back now. */
  holders(target: ShareTarget): Promise<readonly shares.Holder[]>;
}

/** Shares and offers, fetched again when one of them or a dataset changes. */
export const createSharesModel = (project: IProject): SharesModel => {
  const { api, known, missed } = project;
  const p = (): string => project.me?.project?.name ?? '';
  const at = ({ dataset, project: other }: ShareTarget) => ({ p: p(), d: dataset, project: other });

  const model = createReloaded<SharesState>({
    known,
    missed,
    fetch: async () => {
      const mine = project.me?.project;
      if (!mine) return undefined;
      const params = { p: mine.name };
      const [given, offers, all] = await Promise.all([
        api.call(shares.listGivenShares, { params }),
        api.call(shares.listOffers, { params }),
        roleCan(mine.role, 'share.manage')
          ? api.call(datasets.listDatasets, { params, query: { limit: 1000 } })
          : { items: [] }
      ]);
      const own = all.items.filter(({ name }) => !name.includes('::')).map(({ name }) => name);
      return { given: given.items, offers: offers.items, own };
    },
    listen: reload =>
      project.on('journal', ({ action }) => {
        if (/^(share|dataset)\./.test(action)) reload();
      })
  });
  return Object.assign(model, {
    offer: ({ dataset, project: other }: ShareTarget, permission: shares.Permission, message: string) =>
      api.call(shares.createShare, {
        params: { p: p(), d: dataset },
        body: { project: other, permission, message }
      }),
    change: (target: ShareTarget, permission: shares.Permission) =>
      api.call(shares.changeShare, { params: at(target), body: { permission } }),
    takeBack: (target: ShareTarget) => api.call(shares.removeShare, { params: at(target) }),
    accept: ({ id }: shares.Offer) => api.call(shares.acceptOffer, { params: { p: p(), id } }),
    reject: ({ id }: shares.Offer) => api.call(shares.rejectOffer, { params: { p: p(), id } }),
    holders: async (target: ShareTarget) =>
      (await api.call(shares.listShareHolders, { params: at(target) })).items
  });
};
