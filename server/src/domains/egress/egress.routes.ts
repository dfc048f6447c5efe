import { egress } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { EgressService } from './egress.service.js';

export const egressRoutes = (api: ApiRouter, service: EgressService): void => {
  bind(api, egress.getEgress, ({ params }) => service.get(params.p));
  bind(api, egress.putEgress, ({ params, body }, { actor, unchanged }) =>
    service.put(actor, params.p, body.enabled, unchanged)
  );
  bind(api, egress.getEgressUse, ({ params, query }) => service.use(params.p, query));
};
