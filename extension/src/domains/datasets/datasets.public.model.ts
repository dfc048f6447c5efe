import { datasets, publicDatasets, roleCan } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';

/** What of this project is public, and what of others it has added. */
export interface PublicState {
  readonly published: readonly publicDatasets.Publication[];
  readonly added: readonly publicDatasets.AddedDataset[];
  /** Those of its own that it can make public. */
  readonly own: readonly datasets.Dataset[];
}

/** The most that a search shows. */
export const mostFound = 50;

export interface Found {
  readonly items: readonly publicDatasets.PublicDataset[];
  readonly hasMore: boolean;
}

/** Acts reject with an `ApiProblem`, or with a `HeldAct` where they wait for a click on the hub: all but adding. */
export interface PublicModel extends Reloaded<PublicState> {
  publish(dataset: string): Promise<unknown>;
  end(dataset: string): Promise<unknown>;
  add(found: Pick<publicDatasets.PublicDataset, 'owner' | 'dataset'>): Promise<unknown>;
  giveBack(name: string): Promise<unknown>;
  /** What anybody in the organisation finds by a part of its names or its description. */
  find(q: string): Promise<Found>;
  /** Whose notebook servers lose the folder if the dataset is made private now. */
  holders(dataset: string): Promise<readonly publicDatasets.PublicHolder[]>;
}

/** Fetched again when something of it, a share or a dataset changes. */
export const createPublicModel = (project: IProject): PublicModel => {
  const { api, known, missed } = project;
  const p = (): string => project.me?.project?.name ?? '';
  const at = (dataset: string) => ({ params: { p: p(), d: dataset } });

  const model = createReloaded<PublicState>({
    known,
    missed,
    fetch: async () => {
      const mine = project.me?.project;
      if (!mine) return undefined;
      const params = { p: mine.name };
      const [published, added, all] = await Promise.all([
        api.call(publicDatasets.listPublications, { params }),
        api.call(publicDatasets.listAddedDatasets, { params }),
        roleCan(mine.role, 'share.manage')
          ? api.call(datasets.listDatasets, { params, query: { limit: 1000 } })
          : { items: [] }
      ]);
      const own = all.items.filter(one => one.sharedBy === undefined && !one.builtIn && !one.public);
      return { published: published.items, added: added.items, own };
    },
    listen: reload =>
      project.on('journal', ({ action }) => {
        if (/^(public|share|dataset)\./.test(action)) reload();
      })
  });
  return Object.assign(model, {
    publish: (dataset: string) => api.call(publicDatasets.makePublic, at(dataset)),
    end: (dataset: string) => api.call(publicDatasets.makePrivate, at(dataset)),
    add: ({ owner, dataset }: Pick<publicDatasets.PublicDataset, 'owner' | 'dataset'>) =>
      api.call(publicDatasets.importPublic, { params: { p: p() }, body: { project: owner, dataset } }),
    giveBack: (name: string) => api.call(publicDatasets.returnPublic, at(name)),
    find: async (q: string) => {
      const { items, nextCursor } = await api.call(publicDatasets.listPublicDatasets, {
        query: { q, limit: mostFound }
      });
      return { items, hasMore: nextCursor !== null };
    },
    holders: async (dataset: string) => (await api.call(publicDatasets.listPublicHolders, at(dataset))).items
  });
};
