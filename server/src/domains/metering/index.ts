export { meteringRoutes } from './metering.routes.js';
export { createMeteringService } from './metering.service.js';
export { keepSeenBy } from './metering.store.js';
