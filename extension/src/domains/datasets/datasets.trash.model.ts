import { trash } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { Place } from './datasets.places.js';

/** The most that is shown at once. */
const most = 1000;

export interface TrashState {
  /** The latest first. */
  readonly items: readonly trash.TrashItem[];
  readonly hasMore: boolean;
}

/** What was deleted and can be brought back; acts reject with an `ApiProblem`. */
export interface TrashModel extends Reloaded<TrashState> {
  restore(id: string): Promise<unknown>;
  /** For good. */
  remove(id: string): Promise<unknown>;
  /** For good all that this person may remove. */
  empty(): Promise<trash.Emptied>;
}

const acts = ({ api, me }: IProject) => {
  const p = me?.project?.name ?? '';
  return {
    restore: (id: string) => api.call(trash.restoreTrash, { params: { p, id }, body: {} }),
    /** What was deleted last from a place. */
    last: async ({ dataset, path }: Place) =>
      (await api.call(trash.listTrash, { params: { p }, query: { dataset, path, limit: 1 } })).items[0]
  };
};

/** Brings back what was just deleted from some places. */
export const undelete = async (project: IProject, places: readonly Place[]): Promise<void> => {
  const { last, restore } = acts(project);
  for (const place of places) {
    const item = await last(place);
    if (item) await restore(item.id);
  }
};

export const createTrashModel = (project: IProject): TrashModel => {
  const { api, known, missed } = project;
  const p = (): string => project.me?.project?.name ?? '';
  const model = createReloaded<TrashState>({
    known,
    missed,
    fetch: async () => {
      const { items, nextCursor } = await api.call(trash.listTrash, {
        params: { p: p() },
        query: { limit: most }
      });
      return { items, hasMore: nextCursor !== null };
    },
    listen: reload =>
      project.on('journal', ({ action }) => {
        if (/^(trash\.|file\.(deleted|restored))/.test(action)) reload();
      })
  });
  const then = async <T>(act: Promise<T>): Promise<T> => {
    const answer = await act;
    await model.reload();
    return answer;
  };
  return Object.assign(model, {
    restore: (id: string) => then(acts(project).restore(id)),
    remove: (id: string) => then(api.call(trash.removeTrash, { params: { p: p(), id } })),
    empty: () => then(api.call(trash.emptyTrash, { params: { p: p() } }))
  });
};
