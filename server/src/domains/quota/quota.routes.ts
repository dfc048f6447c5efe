import { quota } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { QuotaService } from './quota.service.js';

export const quotaRoutes = (api: ApiRouter, service: QuotaService): void => {
  bind(api, quota.listLeases, ({ params }) => service.leases(params.p));
  bind(api, quota.getQuota, ({ params }, { actor }) => service.quota(actor, params.p));
};
