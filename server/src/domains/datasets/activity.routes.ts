import { activity } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { ActivityService } from './activity.service.js';
import type { ReadReadme } from './readme.service.js';

export const activityRoutes = (api: ApiRouter, service: ActivityService, readme: ReadReadme): void => {
  bind(api, activity.listActivity, ({ params, query }) => service.list(params.p, params.d, query));
  bind(api, activity.getReadme, ({ params }, { actor }) => readme(actor, params.p, params.d));
};
