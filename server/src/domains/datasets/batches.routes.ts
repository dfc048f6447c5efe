import { batches } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { BatchesService } from './batches.service.js';

export const batchesRoutes = (api: ApiRouter, service: BatchesService): void => {
  bind(api, batches.uploadBatch, ({ params: { p, d }, query: { path } }, { actor, ctx, still }) =>
    service.upload(
      actor,
      { project: p, dataset: d, path },
      {
        ...{ source: ctx.req, announced: ctx.request.length, still },
        ...{ type: ctx.get('Content-Type'), key: ctx.get('Idempotency-Key') }
      }
    )
  );
};
