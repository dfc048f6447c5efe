import { publicDatasets } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { DatasetsService } from './datasets.service.js';
import type { PublicService } from './public.service.js';
import { sharedName } from './shares.policy.js';

const at = ({ p, d }: { p: string; d: string }) => ({ owner: p, dataset: d });

export const publicRoutes = (api: ApiRouter, service: PublicService, datasets: DatasetsService): void => {
  bind(api, publicDatasets.listPublicDatasets, ({ query }, { actor }) => service.find(actor, query));
  bind(api, publicDatasets.listPublications, ({ params }) => service.published(params.p));
  bind(
    api,
    publicDatasets.makePublic,
    ({ params }, { actor }) => service.makePublic(actor, at(params)),
    undefined,
    ({ params }) => service.publishWords(at(params))
  );
  bind(
    api,
    publicDatasets.makePrivate,
    ({ params }, { actor }) => service.makePrivate(actor, at(params)),
    undefined,
    ({ params }) => service.privateWords(at(params))
  );
  bind(api, publicDatasets.listPublicHolders, ({ params }) => service.holders(at(params)));
  bind(api, publicDatasets.importPublic, async ({ params: { p }, body }, { actor }) => {
    await service.add(actor, { owner: body.project, dataset: body.dataset, project: p });
    return datasets.get(p, sharedName(body.project, body.dataset));
  });
  bind(api, publicDatasets.listAddedDatasets, ({ params }) => service.added(params.p));
  bind(api, publicDatasets.returnPublic, ({ params }, { actor }) =>
    service.giveBack(actor, params.p, params.d)
  );
};
