export { createAccessService } from './access.service.js';
export { createMembersService } from './members.service.js';
export { createJournalFeed } from './projects.feed.js';
export { canInProject } from './projects.policy.js';
export { projectsRoutes } from './projects.routes.js';
export { createProjectsService, type ProjectsService } from './projects.service.js';
export { refuseClosed } from './projects.state.js';
export { createTrash } from './projects.trash.js';
