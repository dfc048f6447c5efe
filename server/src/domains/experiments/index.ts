export { createExperimentsFeed } from './experiments.feed.js';
export { createReaper } from './experiments.reaper.js';
export { experimentsRoutes } from './experiments.routes.js';
export { createExperimentsService } from './experiments.service.js';
export { createSteering } from './experiments.steering.js';
export { steeringRoutes } from './experiments.steering.routes.js';
export { createTensorboard } from './experiments.tensorboard.js';
export { tensorboardRoutes } from './experiments.tensorboard.routes.js';
