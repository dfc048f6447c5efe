import { experiments } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { sandboxOf } from '../../http/channel.js';
import type { ExperimentsService } from './experiments.service.js';

export const experimentsRoutes = (api: ApiRouter, service: ExperimentsService): void => {
  bind(api, experiments.listExperiments, ({ params, query }) => service.list(params.p, query));
  bind(api, experiments.createExperiment, ({ params, body }, { actor, ctx }) =>
    service.create(actor, params.p, body, {
      sandbox: sandboxOf(ctx.req)?.sandbox ?? null,
      key: ctx.get('Idempotency-Key')
    })
  );
  bind(api, experiments.getExperiment, ({ params }) => service.get(params.p, params.id));
  bind(api, experiments.listTrials, ({ params, query }) => service.trials(params.p, params.id, query));
  bind(api, experiments.reportTrials, ({ params, body }, { actor }) =>
    service.report(actor, params.p, params.id, body)
  );
  bind(api, experiments.listCurves, ({ params, query }) => service.curves(params.p, params.id, query));
  bind(api, experiments.resumeExperiment, ({ params, body }, { actor, ctx }) =>
    service.resume(actor, params.p, params.id, body, {
      sandbox: sandboxOf(ctx.req)?.sandbox ?? null,
      key: ctx.get('Idempotency-Key')
    })
  );
  bind(api, experiments.finishExperiment, ({ params, body }, { actor }) =>
    service.finish(actor, params.p, params.id, body)
  );
};
