export { adminRoutes } from './admin.routes.js';
export { createAdminService } from './admin.service.js';
