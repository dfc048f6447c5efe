import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { openapi } from '@hopslab/schema';
import type { Middleware } from 'koa';
import send from 'koa-send';
import type { State } from './context.js';

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hopslab API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;
const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true });`;
const files = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);

/** `/api/openapi.json` and the same to browse at `/api/docs`. */
export const apiDocs = (): Middleware<State> => {
  const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  let document: string | undefined;
  return async (ctx, next) => {
    const file = ctx.path.replace(/^\/api\/docs\/?/, '');
    if (ctx.method !== 'GET') {
      await next();
      return;
    }
    if (ctx.path === '/api/openapi.json') {
      document ??= JSON.stringify(openapi());
      ctx.type = 'application/json';
      ctx.body = document;
    } else if (!/^\/api\/docs(\/|$)/.test(ctx.path)) await next();
    else {
      ctx.set(
        'Content-Security-Policy',
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
      );
      if (file === 'start.js') Object.assign(ctx, { type: 'text/javascript', body: start });
      else if (files.has(file)) await send(ctx, file, { root });
      else if (file === '') Object.assign(ctx, { type: 'text/html', body: page });
      else await next();
    }
  };
};
