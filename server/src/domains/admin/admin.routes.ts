import { admin } from '@hopslab/schema';
import type { Registry } from 'prom-client';
import { bind, type ApiRouter } from '../../http/bind.js';
import { clientAddressOf } from '../../http/context.js';
import { problem } from '../../platform/problem.js';
import type { AdminService } from './admin.service.js';

const local = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1', 'local']);

export const adminRoutes = (api: ApiRouter, service: AdminService, registry: Registry): void => {
  bind(api, admin.health, () => Promise.resolve({ alive: true as const }));
  bind(api, admin.ready, async (_given, { ctx }) => {
    const answer = await service.ready();
    if (!answer.ready) ctx.state.status = 503;
    return answer;
  });
  bind(api, admin.getServices, () => service.ready());
  bind(api, admin.metrics, async (_given, { ctx }) => {
    if (!local.has(clientAddressOf(ctx)))
      throw problem('access.denied', 'Metrics are for scrapers on this machine.');
    ctx.type = registry.contentType;
    ctx.body = await registry.metrics();
  });
};
