export { createJournalFeed } from './projects.feed.js';
export { projectsRoutes } from './projects.routes.js';
export { createProjectsService, type ProjectsService } from './projects.service.js';
