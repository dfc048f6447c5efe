import { trash } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { TrashService } from './trash.service.js';

export const trashRoutes = (api: ApiRouter, service: TrashService): void => {
  bind(api, trash.listTrash, ({ params, query }) => service.list(params.p, query));
  bind(api, trash.restoreTrash, ({ params, body }, { actor }) =>
    service.restore(actor, params.p, params.id, body.to)
  );
  bind(api, trash.removeTrash, ({ params }, { actor }) => service.remove(actor, params.p, params.id));
  bind(api, trash.emptyTrash, ({ params }, { actor }) => service.empty(actor, params.p));
};
