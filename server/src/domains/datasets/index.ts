export { activityRoutes } from './activity.routes.js';
export { createActivityService } from './activity.service.js';
export { createReadmeService } from './readme.service.js';
export { datasetsRoutes } from './datasets.routes.js';
export {
  createDatasetsService,
  datasetsChannel,
  type DatasetMount,
  type DatasetsService
} from './datasets.service.js';
export { createDatasetUpdate } from './datasets.update.js';
export { publicRoutes } from './public.routes.js';
export { createPublicService } from './public.service.js';
export { sharesRoutes } from './shares.routes.js';
export { createSharesService, type SharesDeps } from './shares.service.js';
export { createStorageService, type StorageDeps, type StorageService } from './storage.service.js';
export { createFilesService, type FilesService } from './files.service.js';
export { batchesRoutes } from './batches.routes.js';
export { createBatchesService } from './batches.service.js';
export { uploadsRoutes } from './uploads.routes.js';
export { createUploadsService } from './uploads.service.js';
export { uploadsChannel } from './uploads.store.js';
export { createStorageWatch } from './storage.watch.js';
export { trashRoutes } from './trash.routes.js';
export { createTrashService, trashChannel } from './trash.service.js';
export { previewsRoutes } from './previews.routes.js';
export { createPreviewsService } from './previews.service.js';
export { createGathering } from './files.gathering.js';
export { createArchiveService } from './archive.service.js';
export { operationsRoutes } from './operations.routes.js';
export { createOperationsService } from './operations.service.js';
