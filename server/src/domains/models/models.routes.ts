import { models } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { ModelsService } from './models.service.js';

const refOf = ({ p, name, version }: { p: string; name: string; version: number }) => ({
  project: p,
  name,
  version
});

export const modelsRoutes = (api: ApiRouter, service: ModelsService): void => {
  bind(api, models.listModels, ({ params, query }) => service.list(params.p, query));
  bind(api, models.listModelVersions, ({ params, query }) => service.versions(params.p, params.name, query));
  bind(api, models.getBestModel, ({ params, query }) => service.best(params.p, params.name, query));
  bind(api, models.getModelVersion, ({ params }, { actor }) => service.get(actor, refOf(params)));
  bind(api, models.reserveModel, ({ params, body }, { actor }) =>
    service.reserve(actor, { project: params.p, name: params.name }, body)
  );
  bind(api, models.registerModel, ({ params, body }, { actor }) =>
    service.register(actor, refOf(params), body)
  );
  bind(api, models.deleteModel, ({ params }, { actor }) => service.remove(actor, refOf(params)));
};
