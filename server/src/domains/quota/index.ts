import { createMachineService } from './machine.service.js';
import { createQuotaRequests } from './requests.service.js';
import { createQuotaService, type QuotaDeps } from './quota.service.js';
import { meter } from './usage.meter.js';
import { createStorageOver, type OverProject } from './usage.over.js';
import { warn, type WarningsDeps } from './usage.warnings.js';
import type { Defaults } from './quota.defaults.js';
import type { Stock } from './quota.limits.js';

export { createLeasesStore } from './leases.store.js';
export { createLeaseChanges } from './leases.change.js';
export { refuseImpossible, refuseToWait } from './leases.refusals.js';
export { takeTurns } from './leases.turns.js';
export { createDefaults, type Defaults } from './quota.defaults.js';
export { nothing, sum, type Amounts } from './quota.ledger.js';
export type { Stock } from './quota.limits.js';
export { quotaRoutes } from './quota.routes.js';
export { readSetLimits } from './quota.set.js';
export { createUseOf } from './quota.use.js';
export type { OverProject };
export { overdueQuery } from './warnings.store.js';

/** Reads what there is to be lent now. */
export const createStock =
  (workplace: Pick<Stock, 'machine'> & { gpus(): Promise<Stock['gpus']> }, defaults: Defaults) =>
  async (): Promise<Stock> => ({ machine: workplace.machine, gpus: await workplace.gpus(), defaults });

export type QuotaParts = QuotaDeps & Omit<WarningsDeps, 'uptime'>;

/** Quotas, the requests for more, and the ledger of what was used. */
export const createQuota = (deps: QuotaParts) => {
  let warning = Promise.resolve();
  /** Never twice at a time: each would write down the same. */
  const warnInTurn = (): Promise<void> => {
    warning = warning.catch(() => undefined).then(() => warn(deps));
    return warning;
  };
  return {
    service: createQuotaService(deps),
    requests: createQuotaRequests(deps),
    machine: createMachineService(deps),
    /** One turn of the meter. */
    measure: async (): Promise<void> => {
      await meter(deps.db);
      await warnInTurn();
    },
    /** Which projects store more than they may now; each is warned first. */
    storageOver: createStorageOver(deps, warnInTurn)
  };
};
export type Quota = ReturnType<typeof createQuota>;
