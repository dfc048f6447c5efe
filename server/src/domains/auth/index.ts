export {
  createAuthenticate,
  hubCookie,
  refuseCrossSite,
  type AuthenticateDeps,
  type NotebookClaims
} from './auth.authenticate.js';
export { canOnPlatform } from './auth.policy.js';
export { authRoutes } from './auth.routes.js';
export { createAuthService, type AuthService } from './auth.service.js';
export { createAuthStore } from './auth.store.js';
export { createThrottle } from './auth.throttle.js';
export { createTokens, type Tokens } from './auth.tokens.js';
export { createNotebookClaims } from './notebook-actor.js';
export { createNotebookCookies } from './notebook-cookie.js';
export { createNotebookEntry, type NotebookEntry } from './notebook-entry.js';
export { notebookEntryPages } from './notebook-entry.pages.js';
