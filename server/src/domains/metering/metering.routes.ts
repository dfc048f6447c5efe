import { metering } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { MeteringService } from './metering.service.js';

export const meteringRoutes = (api: ApiRouter, service: MeteringService): void => {
  bind(api, metering.getMetering, ({ params, query }) => service.seen(params.p, query));
};
