import { pending } from '@hopslab/schema';
import type { HeldRequest } from '../../http/acts.js';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { PendingService } from './pending.service.js';

export const pendingRoutes = (api: ApiRouter, service: PendingService): void => {
  bind(api, pending.listPending, (_given, { actor }) => service.list(actor));
  bind(api, pending.getPending, ({ params }, { actor }) => service.get(actor, params.id));
  bind(api, pending.decidePending, ({ params, body }, { actor, ctx }) =>
    service.decide(actor, params.id, body.decision, (operation, request) => {
      const act = api.acts.get(operation);
      if (!act) throw new Error(`nothing does ${operation}`);
      return act(actor, request as HeldRequest, ctx);
    })
  );
};
