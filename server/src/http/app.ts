import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from '../platform/logger.js';
import { problem } from '../platform/problem.js';
import type { ApiRouter } from './bind.js';
import type { State } from './context.js';
import { problemAnswers } from './problems.js';
import type { RequestMetrics } from './request-metrics.js';
import { createTurns } from './turns.js';

export interface AppDeps {
  readonly logger: Logger;
  readonly requestMetrics: RequestMetrics;
  readonly authenticate: ApiRouter['authenticate'];
  readonly rules: ApiRouter['rules'];
  readonly idempotency: ApiRouter['idempotency'];
  readonly refusals: ApiRouter['refusals'];
  readonly hold: ApiRouter['hold'];
  readonly meter: ApiRouter['meter'];
  readonly room: ApiRouter['room'];
  /** Binds every domain's endpoints. */
  readonly routes: (api: ApiRouter) => void;
  /** What is not the API's: pages of the hub, the entry to a notebook origin. */
  readonly pages: readonly Koa.Middleware<State>[];
}

/** The API as one Koa application, ready to be served on any number of listeners. */
export const createApp = ({ logger, requestMetrics, routes, pages, ...api }: AppDeps): Koa<State> => {
  const app = new Koa<State>();
  const router = new Router<State>();
  routes({ router, acts: new Map(), turns: createTurns(), ...api });

  app.use(async (ctx, next) => {
    ctx.state.requestId = randomUUID();
    ctx.state.log = logger.child({ requestId: ctx.state.requestId });
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Cache-Control', 'no-store');
    await requestMetrics(ctx, next);
  });
  app.use(problemAnswers);
  app.use(router.routes());
  app.use(async (ctx, next) => {
    // The address is known but not the method, or not known at all.
    const known = !/^\/(api|health|ready|metrics)(\/|$)/.test(ctx.path)
      ? []
      : router.match(ctx.path, ctx.method).path.flatMap(layer => layer.methods);
    if (known.length > 0 && !ctx.state.operation) {
      ctx.set('Allow', [...new Set(known)].join(', '));
      throw problem('route.method', `${ctx.method} is not allowed at ${ctx.path}.`);
    }
    await next();
  });
  for (const page of pages) app.use(page);
  app.on('error', (error: Error) => {
    // A client that went away is nobody's fault.
    if (
      !/EPIPE|ECONNRESET|HPE_|premature close|aborted/i.test(
        `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`
      )
    )
      logger.error({ err: error }, 'a response failed');
  });
  return app;
};
