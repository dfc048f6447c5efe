import type { Config } from './config.js';
import {
  activityRoutes,
  batchesRoutes,
  createActivityService,
  createArchiveService,
  createBatchesService,
  createDatasetUpdate,
  createDatasetsService,
  createFilesService,
  createGathering,
  createOperationsService,
  createPreviewsService,
  createPublicService,
  createReadmeService,
  createSharesService,
  createStorageService,
  createTrashService,
  createUploadsService,
  datasetsChannel,
  datasetsRoutes,
  operationsRoutes,
  previewsRoutes,
  publicRoutes,
  sharesRoutes,
  trashChannel,
  trashRoutes,
  uploadsChannel,
  uploadsRoutes,
  type DatasetsService,
  type FilesService,
  type SharesDeps,
  type StorageDeps,
  type StorageService
} from './domains/datasets/index.js';
import { followGrants } from './domains/notebooks/index.js';
import type { ApiRouter } from './http/bind.js';
import type { Db } from './platform/db.js';
import type { Logger } from './platform/logger.js';
import type { Meter } from './platform/meter.js';
import type { FileStore } from './ports/file-store.js';
import type { PreviewReader } from './ports/preview-reader.js';

interface Parts {
  readonly db: Db;
  readonly config: Config;
  readonly logger: Logger;
  readonly files: FileStore;
  readonly reader: PreviewReader;
  /** Counts what previews send. */
  readonly meter: Meter;
  readonly limits: StorageDeps['limits'];
  readonly holders: SharesDeps['holders'];
}

const minute = 60_000;

interface Stored {
  readonly datasets: DatasetsService;
  readonly storage: StorageService;
  readonly trash: ReturnType<typeof createTrashService>;
  readonly files: FilesService;
  /** Ends what somebody who leaves a project was sending. */
  readonly endUploadsOf: ReturnType<typeof createUploadsService>['endThoseOf'];
  /** Ends what a project that closes has shared, or was given. */
  readonly closeProject: ReturnType<typeof createSharesService>['endThoseOf'];
  readonly routes: (api: ApiRouter) => void;
  readonly work: readonly {
    readonly name: string;
    readonly everyMs: number;
    readonly run: () => Promise<unknown>;
    readonly channel: string;
  }[];
  /** Goes on with, or clears away, what was in the middle when the server ended. */
  readonly recover: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Datasets and the files in them, in the project that has them and in those that they are shared with. */
export const composeDatasets = (parts: Parts): Stored => {
  const { db, config, logger, files: fileStore, meter } = parts;
  const datasets = createDatasetsService({ db, files: fileStore });
  const storage = createStorageService({ db, limits: parts.limits });
  const arriving = { db, files: fileStore, datasets, storage, limit: config.uploadLimit };
  const trash = createTrashService({ db, files: fileStore, datasets, days: config.trashDays });
  const files = createFilesService({ ...arriving, trash });
  const operations = createOperationsService({ db, logger });
  const uploads = createUploadsService({ ...arriving, hours: config.uploadHours });
  const batches = createBatchesService(arriving);
  const betweenProjects: SharesDeps = {
    db,
    onGrants: async (trx, project) => {
      await uploads.endUngranted(trx, project);
      await followGrants(trx, project);
    },
    holders: parts.holders
  };
  const shares = createSharesService(betweenProjects);
  const publicDatasets = createPublicService(betweenProjects);
  const readme = createReadmeService({ files: fileStore, datasets, meter });
  const previews = createPreviewsService({ files: fileStore, datasets, reader: parts.reader, meter });

  return {
    datasets,
    storage,
    trash,
    files,
    endUploadsOf: uploads.endThoseOf,
    async closeProject(...closed) {
      await shares.endThoseOf(...closed);
      await publicDatasets.endThoseOf(...closed);
    },
    routes(api) {
      datasetsRoutes(api, datasets, files, createDatasetUpdate({ db, onGrants: followGrants }));
      uploadsRoutes(api, uploads);
      batchesRoutes(api, batches);
      sharesRoutes(api, shares);
      previewsRoutes(api, previews);
      activityRoutes(api, createActivityService({ db, datasets }), readme);
      trashRoutes(api, trash);
      const taking = { ...arriving, operations, gathering: createGathering(fileStore) };
      operationsRoutes(api, taking, createArchiveService(taking));
      publicRoutes(api, publicDatasets, datasets);
    },
    work: [
      {
        name: 'folders of datasets',
        everyMs: minute,
        run: () => datasets.reconcile(),
        channel: datasetsChannel
      },
      { name: 'expired uploads', everyMs: minute, run: () => uploads.expire(), channel: uploadsChannel },
      { name: 'trash', everyMs: minute, run: () => trash.reconcile(), channel: trashChannel }
    ],
    async recover() {
      await uploads.expire();
      await operations.recover();
      await batches.recover();
      await fileStore.sweep(await uploads.unfinished());
      await parts.reader.sweep();
    },
    close: () => operations.close()
  };
};
