import { notebooks } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { NotebooksService } from './notebooks.service.js';

export const notebooksRoutes = (api: ApiRouter, service: NotebooksService): void => {
  bind(api, notebooks.getNotebookServer, ({ params }, { actor }) => service.get(actor, params.p));
  bind(api, notebooks.startNotebookServer, ({ params, body }, { actor }) =>
    service.start(actor, params.p, body)
  );
  bind(api, notebooks.stopNotebookServer, ({ params }, { actor }) => service.stop(actor, params.p));
  bind(api, notebooks.enterNotebookServer, ({ params }, { actor }) => service.enter(actor, params.p));
  bind(api, notebooks.listLeases, ({ params }) => service.leases(params.p));
  bind(api, notebooks.getQuota, ({ params }, { actor }) => service.quota(actor, params.p));
};
