import { provenance as contract } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { Provenance } from './provenance.service.js';

export const provenanceRoutes = (api: ApiRouter, provenance: Provenance): void => {
  bind(api, contract.tellProvenance, ({ params, body }, { actor }) =>
    provenance.tell(actor, { project: params.p, id: params.id }, body)
  );
  bind(api, contract.getProvenance, ({ params }) => provenance.of({ project: params.p, id: params.id }));
};
