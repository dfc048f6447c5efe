export { egressRoutes } from './egress.routes.js';
export { createEgressService } from './egress.service.js';
