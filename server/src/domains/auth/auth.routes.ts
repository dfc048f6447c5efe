import { account, auth } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { sandboxOf } from '../../http/channel.js';
import type { Ctx } from '../../http/context.js';
import type { Origins } from '../../platform/origins.js';
import { problem } from '../../platform/problem.js';
import { hubCookie, refuseCrossSite } from './auth.authenticate.js';
import type { AuthService } from './auth.service.js';
import type { AccessTokensService } from './access-tokens.service.js';
import type { Tokens } from './auth.tokens.js';
import type { PasswordsService } from './passwords.service.js';
import type { SecondFactorService } from './second-factor.service.js';
import type { SessionsService } from './sessions.service.js';

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
    const { answer, cookie } = await service.login(actor, body, ctx.get('User-Agent').slice(0, 300));
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
  bind(router, auth.createUser, ({ body }, { actor }) => service.createUser(actor, body));
  bind(router, auth.searchUsers, ({ query }) => service.searchUsers(query.q));
};

export interface AccountServices {
  readonly sessions: SessionsService;
  readonly accessTokens: AccessTokensService;
  readonly passwords: PasswordsService;
  readonly secondFactor: SecondFactorService;
}

/** One's own account. */
export const accountRoutes = (api: ApiRouter, services: AccountServices, origins: Origins): void => {
  const { sessions, accessTokens, passwords, secondFactor } = services;
  bind(api, account.listSessions, (_given, { actor }) => sessions.list(actor));
  bind(api, account.endSession, ({ params }, { actor }) => sessions.end(actor, params.id));
  bind(api, account.endOtherSessions, (_given, { actor }) => sessions.endOthers(actor));
  bind(api, account.listTokens, (_given, { actor }) => accessTokens.list(actor));
  bind(api, account.createToken, ({ body }, { actor }) => accessTokens.create(actor, body));
  bind(api, account.revokeToken, ({ params }, { actor }) => accessTokens.revoke(actor, params.id));
  bind(api, account.changePassword, ({ body }, { actor, ctx }) => {
    onlyOnHub(ctx, origins);
    return passwords.change(actor, body);
  });
  bind(api, account.getSecondFactor, (_given, { actor }) => secondFactor.get(actor));
  bind(api, account.enrolSecondFactor, ({ body }, { actor, ctx }) => {
    onlyOnHub(ctx, origins);
    return secondFactor.enrol(actor, body.password);
  });
  bind(api, account.confirmSecondFactor, ({ body }, { actor, ctx }) => {
    onlyOnHub(ctx, origins);
    return secondFactor.confirm(actor, body.code);
  });
  bind(api, account.removeSecondFactor, ({ body }, { actor, ctx }) => {
    onlyOnHub(ctx, origins);
    return secondFactor.remove(actor, body.password, body.code);
  });
};
