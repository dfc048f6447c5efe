import { shares, type activity as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { afterNumberOf, pageOf } from '../../platform/page.js';
import { createActivityStore, type ActivityRow } from './activity.store.js';
import type { DatasetsService } from './datasets.service.js';

export interface ActivityDeps {
  readonly db: Db;
  readonly datasets: DatasetsService;
}

const pathIn = (asset: string, dataset: string): string =>
  asset.startsWith('file:') ? asset.slice(`file:${dataset}/`.length) : '';

/** From where somebody did it, and by which request, is not told. */
const viewIn =
  (dataset: string) =>
  ({ position, at, actor, action, asset, data }: ActivityRow): contract.Activity => {
    const { to, project } = data;
    const permission = shares.Permission.safeParse(data['permission']);
    return {
      position,
      at: at.toISOString(),
      actor,
      action,
      path: pathIn(asset, dataset),
      ...(typeof to === 'string' && { to }),
      ...(typeof project === 'string' && { project }),
      ...(permission.success && { permission: permission.data })
    };
  };

/** Who changed what in a dataset: what is shared tells another project no more than that one’s own journal. */
export const createActivityService = ({ db, datasets }: ActivityDeps) => ({
  async list(
    project: string,
    dataset: string,
    { limit, cursor }: { limit: number; cursor?: string | undefined }
  ) {
    await datasets.get(project, dataset);
    const rows = await createActivityStore(db).page(project, dataset, afterNumberOf(cursor), limit + 1);
    return pageOf(rows, limit, ({ position }) => position, viewIn(dataset));
  }
});
export type ActivityService = ReturnType<typeof createActivityService>;
