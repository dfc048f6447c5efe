import type { batches as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { BatchPlace } from '../../ports/file-batches.js';

const asked = `project = ? and asset = ? and action = 'file.uploaded' and data ->> 'batch' = ?`;

/** What the journal knows of batches: one is accepted once its row is there. */
export const createBatchesStore = (db: Db) => ({
  /** What a batch brought; undefined where it was not accepted. */
  async accepted(
    { dataset: { project, dataset }, folder }: BatchPlace,
    id: string
  ): Promise<contract.Batch | undefined> {
    const what = [project, `file:${dataset}/${folder}`, id];
    // In two parts, as there is an index for what has its number, and one for what has none yet.
    const { rows } = await db.raw<{ rows: { data: contract.Batch }[] }>(
      `select data from journal where position is not null and ${asked}
        union all select data from journal where position is null and ${asked} limit 1`,
      [...what, ...what]
    );
    const [row] = rows;
    if (!row) return undefined;
    const { files, folders, bytes } = row.data;
    return { files, folders, bytes };
  }
});
