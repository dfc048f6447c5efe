import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Middleware } from 'koa';
import send from 'koa-send';
import type { Origins } from '../platform/origins.js';
import type { State } from './context.js';

const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'"
].join('; ');

/** Plain names only: an escape, a slash or dots would ask what else is on this machine. */
const isAsset = (path: string): boolean => /^\/assets\/\w[\w.-]*$/.test(path);

/** The hub's few pages: one document for every path, hashed assets kept by the browser. */
export const hubPages = (folder: string, origins: Origins): Middleware<State> => {
  return async (ctx, next) => {
    const site = origins.siteOf(ctx.req.headers.host);
    if (
      (ctx.method !== 'GET' && ctx.method !== 'HEAD') ||
      site.kind !== 'hub' ||
      /^\/(api|_hopslab)\//.test(ctx.path)
    ) {
      await next();
      return;
    }
    if (!origins.isHubsOwn(ctx.req.headers.host)) {
      ctx.redirect(`${origins.hub}${ctx.path}`);
      return;
    }
    ctx.set('Content-Security-Policy', policy);
    ctx.set('X-Frame-Options', 'DENY');
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.set('Cross-Origin-Opener-Policy', 'same-origin');
    if (isAsset(ctx.path) && existsSync(join(folder, ctx.path))) {
      ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
      await send(ctx, ctx.path, { root: folder });
    } else if (ctx.path.startsWith('/assets/')) await next();
    else {
      ctx.set('Cache-Control', 'no-cache');
      await send(ctx, 'index.html', { root: folder });
    }
  };
};
