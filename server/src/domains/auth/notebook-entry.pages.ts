import type { Middleware } from 'koa';
import { originOf, type State } from '../../http/context.js';
import type { Origins } from '../../platform/origins.js';
import { notebookCookie, notebookCookieAttributes } from './notebook-cookie.js';
import { safeNext, type NotebookEntry } from './notebook-entry.js';

const page = (title: string, text: string, hub: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Hopslab</title></head>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1 style="font-size: 1.4rem">${title}</h1>
<p>${text}</p>
<p><a href="${hub}/">Go to the hub</a></p>
</body>
</html>
`;

const refusals = {
  code: [
    'This address does not work any more',
    'It signs one browser in once, within 30 seconds, while you are signed in on the hub. Open the notebook server from the hub again.'
  ],
  crossSite: [
    'This address was opened from elsewhere',
    'A notebook server is entered from the hub only. Open it there.'
  ]
} as const;

/** `GET /_hopslab/enter?code=` on a notebook origin: exchanges the one-time code for the origin's cookie. */
export const notebookEntryPages =
  (entry: NotebookEntry, origins: Origins): Middleware<State> =>
  async (ctx, next) => {
    const site = origins.siteOf(ctx.req.headers.host);
    if (site.kind !== 'notebook' || ctx.path !== '/_hopslab/enter' || ctx.method !== 'GET') {
      await next();
      return;
    }

    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.set('Cache-Control', 'no-store');
    const refuse = (why: keyof typeof refusals) => {
      ctx.status = 403;
      ctx.type = 'html';
      ctx.set(
        'Content-Security-Policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
      );
      const [title, text] = refusals[why];
      ctx.body = page(title, text, origins.hub);
    };

    // Who has a notebook here could send a person into it with a code of their own, by a page elsewhere or a link in
    // a message. The hub's pages are of this site; a browser too old to say where it comes from is let in.
    if (!['', 'same-site'].includes(ctx.get('Sec-Fetch-Site'))) {
      refuse('crossSite');
      return;
    }
    const { code, next: wanted } = ctx.query;
    const redeemed =
      typeof code === 'string' ? await entry.redeem(code, site.label, originOf(ctx)) : undefined;
    if (!redeemed) {
      refuse('code');
      return;
    }
    ctx.append(
      'Set-Cookie',
      `${notebookCookie}=${redeemed.pass}; Max-Age=${redeemed.seconds}; ${notebookCookieAttributes}`
    );
    ctx.status = 303;
    ctx.set(
      'Location',
      safeNext(typeof wanted === 'string' ? wanted : undefined, origins.notebook(site.label))
    );
  };
