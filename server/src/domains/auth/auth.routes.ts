import { auth } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { sandboxOf } from '../../http/channel.js';
import type { Ctx } from '../../http/context.js';
import type { Origins } from '../../platform/origins.js';
import { problem } from '../../platform/problem.js';
import { hubCookie, refuseCrossSite } from './auth.authenticate.js';
import type { AuthService } from './auth.service.js';
import type { Tokens } from './auth.tokens.js';

const setCookie = (ctx: Ctx, value: string | null): void => {
  ctx.append(
    'Set-Cookie',
    `${hubCookie}=${value ?? ''}; Path=/; Secure; HttpOnly; SameSite=Lax${value === null ? '; Max-Age=0' : ''}`
  );
};

/** Passwords and refresh tokens have no business where a sandbox can read along. */
const onlyOnHub = (ctx: Ctx, origins: Origins): void => {
  if (sandboxOf(ctx.req) || origins.siteOf(ctx.req.headers.host).kind !== 'hub')
    throw problem('auth.hub-only', 'Sign in at the hub’s own address.');
  refuseCrossSite(ctx.req, origins.hub);
};

export const authRoutes = (
  router: ApiRouter,
  service: AuthService,
  tokens: Tokens,
  origins: Origins
): void => {
  bind(router, auth.login, async ({ body }, { actor, ctx }) => {
    onlyOnHub(ctx, origins);
    const { answer, cookie } = await service.login(actor, body);
    if (origins.isHubsOwn(ctx.req.headers.host)) setCookie(ctx, cookie);
    return answer;
  });
  bind(router, auth.refresh, ({ body }, { actor, ctx }) => {
    onlyOnHub(ctx, origins);
    return service.refresh(actor, body.refreshToken);
  });
  bind(router, auth.logout, async (_given, { actor, ctx }) => {
    await service.logout(actor);
    setCookie(ctx, null);
  });
  bind(router, auth.me, (_given, { actor, ctx }) => {
    const secret = actor.channel === 'hub' ? ctx.cookies.get(hubCookie) : undefined;
    return Promise.resolve(service.me(actor, secret ? tokens.csrfOf(secret) : null));
  });
  bind(router, auth.listUsers, ({ query }) => service.listUsers(query));
  bind(router, auth.createUser, ({ body }, { actor }) => service.createUser(actor, body));
  bind(router, auth.searchUsers, ({ query }) => service.searchUsers(query.q));
};
