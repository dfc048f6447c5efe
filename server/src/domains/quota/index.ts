export { createLeasesStore } from './leases.store.js';
export { refuseImpossible, refuseToWait, stockOf, takeTurns, type Stock } from './leases.turns.js';
export { nothing, sum, type Amounts } from './quota.ledger.js';
export { quotaRoutes } from './quota.routes.js';
export { createQuotaService, type QuotaService } from './quota.service.js';
