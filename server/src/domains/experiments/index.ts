import type { ApiRouter } from '../../http/bind.js';
import { experimentsRoutes as ownRoutes } from './experiments.routes.js';
import type { ExperimentsService } from './experiments.service.js';
import { createSteering } from './experiments.steering.js';
import { steeringRoutes } from './experiments.steering.routes.js';
import { createTensorboard, type TensorboardDeps } from './experiments.tensorboard.js';
import { tensorboardRoutes } from './experiments.tensorboard.routes.js';
import { provenanceRoutes } from './provenance.routes.js';
import { createProvenance } from './provenance.service.js';

export { createExperimentsFeed } from './experiments.feed.js';
export { createReaper } from './experiments.reaper.js';
export { createExperimentsService } from './experiments.service.js';

/** Everything that is asked about experiments: what they are, how they are steered, shown and were made. */
export const experimentsRoutes = (
  api: ApiRouter,
  service: ExperimentsService,
  deps: TensorboardDeps
): void => {
  ownRoutes(api, service);
  steeringRoutes(api, createSteering(deps));
  tensorboardRoutes(api, createTensorboard(deps));
  provenanceRoutes(api, createProvenance(deps));
};
