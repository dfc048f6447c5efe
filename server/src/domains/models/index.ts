export { modelsRoutes } from './models.routes.js';
export { createModelsService } from './models.service.js';
export { createModelsSweep } from './models.sweep.js';
