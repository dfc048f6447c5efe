import { shares } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { SharesService } from './shares.service.js';
import { acceptWords, rejectWords } from './shares.view.js';

const at = ({ p, d, project }: { p: string; d: string; project: string }) => ({
  owner: p,
  dataset: d,
  project
});

export const sharesRoutes = (api: ApiRouter, service: SharesService): void => {
  bind(api, shares.listShares, ({ params }) => service.list(params.p, params.d));
  bind(api, shares.listGivenShares, ({ params }) => service.given(params.p));
  bind(api, shares.createShare, ({ params, body }, { actor }) =>
    service.offer(actor, at({ ...params, project: body.project }), body)
  );
  bind(api, shares.changeShare, ({ params, body }, { actor }) =>
    service.change(actor, at(params), body.permission)
  );
  bind(api, shares.removeShare, ({ params }, { actor }) => service.withdraw(actor, at(params)));
  bind(api, shares.listShareHolders, ({ params }) => service.holders(at(params)));
  bind(api, shares.listOffers, ({ params }) => service.offers(params.p));
  bind(
    api,
    shares.acceptOffer,
    ({ params }, { actor }) => service.accept(actor, params.p, params.id),
    undefined,
    async ({ params }) => acceptWords(await service.getOffer(params.p, params.id), params.p)
  );
  bind(
    api,
    shares.rejectOffer,
    ({ params }, { actor }) => service.reject(actor, params.p, params.id),
    undefined,
    async ({ params }) => rejectWords(await service.getOffer(params.p, params.id), params.p)
  );
};
