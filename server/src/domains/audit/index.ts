export { createHeads } from './audit.heads.js';
export { auditRoutes } from './audit.routes.js';
export { createSequencer } from './audit.sequencer.js';
export { createAuditService, type AuditService } from './audit.service.js';
export { createVerification } from './audit.verification.js';
