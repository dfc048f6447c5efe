export { pendingRoutes } from './pending.routes.js';
export { createPendingService } from './pending.service.js';
