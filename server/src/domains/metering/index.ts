export { meteringRoutes } from './metering.routes.js';
export { createMeteringService } from './metering.service.js';
