import type { Middleware } from 'koa';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { State } from './context.js';

export type RequestMetrics = Middleware<State>;

/** Prometheus metrics of this process, and the middleware that times requests by operation. */
export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['operation', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2, 10],
    registers: [registry]
  });
  const middleware: RequestMetrics = async (ctx, next) => {
    const stop = seconds.startTimer();
    try {
      await next();
    } finally {
      stop({ operation: ctx.state.operation ?? 'other', status: String(ctx.status) });
    }
  };
  return { registry, middleware };
};
