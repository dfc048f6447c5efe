export { datasetsRoutes } from './datasets.routes.js';
export {
  createDatasetsService,
  datasetsChannel,
  type DatasetMount,
  type DatasetsService
} from './datasets.service.js';
export { sharesRoutes } from './shares.routes.js';
export { createSharesService } from './shares.service.js';
export { createStorageService, type StorageService } from './storage.service.js';
export { createFilesService, type FilesService } from './files.service.js';
