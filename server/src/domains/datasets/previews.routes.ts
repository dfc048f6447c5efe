import { previews } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { Ctx, Request } from '../../http/context.js';
import type { PreviewsService } from './previews.service.js';

/** Aborts where whoever asks has gone: a page that is scrolled past is not read for nobody. */
const goneOf = (ctx: Ctx): AbortSignal => {
  const gone = new AbortController();
  ctx.res.once('close', () => {
    if (!ctx.res.writableFinished) gone.abort(new Error('premature close: nobody waits for the preview'));
  });
  return gone.signal;
};

const asking = ({ actor, still, ctx }: Request) => ({ actor, still, signal: goneOf(ctx) });
const place = ({ p, d, path }: { p: string; d: string; path: string }) => ({ project: p, dataset: d, path });

export const previewsRoutes = (api: ApiRouter, service: PreviewsService): void => {
  bind(api, previews.previewFile, ({ params, query }, request) =>
    service.page(asking(request), place(params), query)
  );
  bind(api, previews.previewStatistics, ({ params, query }, request) =>
    service.statistics(asking(request), place(params), query)
  );
};
