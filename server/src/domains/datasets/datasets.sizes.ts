import type { datasets as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import type { DescribedDataset } from './datasets.policy.js';
import { ownerOf } from './shares.policy.js';
import { createStorageStore } from './storage.store.js';

/**
 * Adds what each dataset holds. Of one that is shared it is told too: whoever reads all of its files can count them;
 * what else its owner stores is not.
 */
export const createSized =
  (db: Db) =>
  async (project: string, datasets: readonly DescribedDataset[]): Promise<contract.Dataset[]> => {
    const refOf = ({ name }: DescribedDataset) => ownerOf(name) ?? { project, dataset: name };
    const sizeOf = await createStorageStore(db).sizesOf(datasets.map(refOf));
    return datasets.map(dataset => {
      const { bytes, files, countedAt } = sizeOf(refOf(dataset));
      return { ...dataset, bytes, files, countedAt: countedAt?.toISOString() ?? null };
    });
  };
