export { adminRoutes } from './admin.routes.js';
export { createAdminService } from './admin.service.js';
export { usersRoutes } from './users.routes.js';
export { createUsersService } from './users.service.js';
