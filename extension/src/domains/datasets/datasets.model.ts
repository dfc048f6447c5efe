import { datasets, operations } from '@hopslab/schema';
import type { CallOptions, Tagged } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { Place } from './datasets.places.js';

/** The most that a folder shows at once. */
const pageSize = 1000;

/** What a folder holds, by name. */
export interface Listing {
  readonly items: readonly datasets.Entry[];
  /** There is more than is shown. */
  readonly hasMore: boolean;
}

/** When a file is written: only where it is as it was read, or only where nothing is there. */
export type Condition = Pick<CallOptions, 'ifMatch' | 'ifNew' | 'signal'>;

/** The project's datasets and their files; everything rejects with an `ApiProblem`. */
export interface DatasetsModel {
  list(): Promise<readonly datasets.Dataset[]>;
  /** What it answered last. */
  readonly listed: readonly datasets.Dataset[];
  create(name: string): Promise<datasets.Dataset>;
  /** `part` narrows a folder to names that have it. */
  entries(place: Place, part?: string): Promise<Listing>;
  entry(place: Place): Promise<datasets.Entry>;
  makeFolder(place: Place): Promise<datasets.Entry>;
  /** `range` names bytes as HTTP does, `0-99`. */
  read(place: Place, range?: string): Promise<Tagged<Blob>>;
  write(place: Place, content: Blob, condition: Condition): Promise<Tagged<datasets.Entry>>;
  move(from: Place, to: Place): Promise<datasets.Entry>;
  /** Of a folder all that is in it. It goes to the trash. */
  remove(place: Place): Promise<void>;
  address(place: Place): string;
  /** Of several things in one folder, as a zip. */
  archiveAddress(places: readonly Place[]): string;
}

export const createDatasetsModel = (project: IProject): DatasetsModel => {
  const { api } = project;
  const p = (): string => project.me?.project?.name ?? '';
  const params = ({ dataset, path }: Place) => ({ p: p(), d: dataset, path });
  const folder = ({ dataset }: Place) => ({ p: p(), d: dataset });

  let listed: readonly datasets.Dataset[] = [];

  return {
    get listed() {
      return listed;
    },
    list: async () => {
      await project.known;
      const all: datasets.Dataset[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { limit: pageSize, ...(cursor && { cursor }) };
        const page = await api.call(datasets.listDatasets, { params: { p: p() }, query });
        all.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      listed = all;
      return all;
    },
    create: name => api.call(datasets.createDataset, { params: { p: p() }, body: { name } }),
    entries: async (place, part = '') => {
      await project.known;
      const query = { path: place.path, limit: pageSize, ...(part !== '' && { q: part }) };
      const page = await api.call(datasets.listEntries, { params: folder(place), query });
      return { items: page.items, hasMore: page.nextCursor !== null };
    },
    entry: async place => {
      await project.known;
      return api.call(datasets.getEntry, { params: folder(place), query: { path: place.path } });
    },
    makeFolder: place => api.call(datasets.makeFolder, { params: params(place) }),
    read: (place, range) =>
      api.bytes(datasets.readFile, { params: params(place) }, range === undefined ? {} : { range }),
    write: (place, content, condition) =>
      api.tagged(datasets.writeFile, { params: params(place) }, { upload: content, ...condition }),
    move: (from, to) => {
      const there = { path: to.path, ...(to.dataset !== from.dataset && { dataset: to.dataset }) };
      return api.call(datasets.moveFile, { params: params(from), body: { to: there } });
    },
    remove: async place => {
      await api.call(datasets.deleteFile, { params: params(place), query: { recursive: 'true' } });
    },
    address: place => api.address(datasets.readFile, { params: params(place) }),
    archiveAddress: ([first, ...others]) => {
      if (!first) throw new Error('an archive of nothing');
      const query = { path: [first, ...others].map(({ path }) => path) };
      return api.address(operations.readArchive, { params: folder(first), query });
    }
  };
};
