export { createAuthenticate, hubCookie, refuseCrossSite, type AuthenticateDeps, type NotebookClaims } from './auth.authenticate.js';
export { canOnPlatform } from './auth.policy.js';
export { authRoutes } from './auth.routes.js';
export { createAuthService, type AuthService } from './auth.service.js';
export { createAuthStore } from './auth.store.js';
export { createThrottle } from './auth.throttle.js';
export { createTokens, type Tokens } from './auth.tokens.js';
