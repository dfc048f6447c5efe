import { activity, datasets } from '@hopslab/schema';
import { createReloaded, type Reloaded } from '../../api/index.js';
import type { Editable } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';

const pageSize = 50;

export interface About {
  readonly dataset: datasets.Dataset;
  readonly readme: activity.Readme;
  /** Who changed what, the newest first. */
  readonly done: readonly activity.Activity[];
  readonly hasMore: boolean;
}

/** What is to know of one dataset. */
export interface AboutModel extends Reloaded<About> {
  readonly name: string;
  readonly description: Editable;
  /** Fetches what was done before what is shown. */
  more(): Promise<void>;
}

export const createAboutModel = (project: IProject, name: string): AboutModel => {
  const { api, known, missed } = project;
  const params = () => ({ p: project.me?.project?.name ?? '', d: name });
  let pages = 1;

  const doneSoFar = async (): Promise<Pick<About, 'done' | 'hasMore'>> => {
    const done: activity.Activity[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; page < pages && cursor !== null; page++) {
      const query = { limit: pageSize, ...(cursor && { cursor }) };
      const { items, nextCursor } = await api.call(activity.listActivity, { params: params(), query });
      done.push(...items);
      cursor = nextCursor;
    }
    return { done, hasMore: cursor !== null };
  };

  const model = createReloaded<About>({
    known,
    missed,
    fetch: async () => {
      const [dataset, readme, activities] = await Promise.all([
        api.call(datasets.getDataset, { params: params() }),
        api.call(activity.getReadme, { params: params() }),
        doneSoFar()
      ]);
      return { dataset, readme, ...activities };
    },
    listen: reload =>
      project.on('journal', ({ action, asset }) => {
        if (asset === `dataset:${name}` || asset.startsWith(`file:${name}/`) || action.startsWith('public.'))
          reload();
      })
  });
  const description: Editable = {
    read: async () => {
      const { answer, tag } = await api.tagged(datasets.getDataset, { params: params() });
      return { text: answer.description, tag };
    },
    save: async (text, ifMatch) => {
      const input = { params: params(), body: { description: text } };
      await api.call(datasets.updateDataset, input, { ifMatch });
      await model.reload();
    }
  };
  return Object.assign(model, {
    name,
    description,
    more: () => {
      pages++;
      return model.reload();
    }
  });
};
