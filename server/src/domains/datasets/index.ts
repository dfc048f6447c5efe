export { datasetsRoutes } from './datasets.routes.js';
export {
  createDatasetsService,
  datasetsChannel,
  type DatasetMount,
  type DatasetsService
} from './datasets.service.js';
export { createStorageService, type StorageService } from './storage.service.js';
export { createFilesService, type FilesService } from './files.service.js';
