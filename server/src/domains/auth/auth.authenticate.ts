import type { IncomingMessage } from 'node:http';
import type { Role } from '@hopslab/schema';
import { sandboxOf } from '../../http/channel.js';
import { clientAddressOf, originOf, type Ctx } from '../../http/context.js';
import type { Actor } from '../../platform/actor.js';
import { batched } from '../../platform/batched.js';
import type { Db } from '../../platform/db.js';
import type { Origins } from '../../platform/origins.js';
import { problem } from '../../platform/problem.js';
import { certificateHeader } from '../devices/index.js';
import { createAccessTokensStore } from './access-tokens.store.js';
import { createAuthStore, type SessionRow, type UserRow } from './auth.store.js';
import { hashOf, tokenPrefix, type Tokens } from './auth.tokens.js';

export const hubCookie = '__Host-hopslab_session';

/** What a notebook origin's cookie proves. */
export interface NotebookClaims {
  readonly project: string;
  readonly user: string;
  readonly session: string;
}

export interface AuthenticateDeps {
  readonly db: Db;
  readonly tokens: Tokens;
  readonly origins: Origins;
  /** Verifies the cookie of a notebook origin for the label it was sent to. */
  readonly notebookClaims: (request: IncomingMessage, label: string) => Promise<NotebookClaims | undefined>;
  /** Whose certificate this is, by its SHA-256, if it is good now. */
  readonly deviceOf: (
    fingerprint: string,
    address: string
  ) => Promise<{ project: string; user: string; device: string } | undefined>;
  /** A membership as it is now. */
  readonly roleIn: (project: string, user: string) => Promise<Role | undefined>;
}

/** Hears whose credential it is while it is still being looked at. */
type Claimed = (user: string) => void;

const safeSites = new Set(['same-origin', 'none']);

/** Refuses what another site made the browser send (Fetch Metadata; RFC 6454's Origin where it is missing). */
export const refuseCrossSite = (request: IncomingMessage, ownOrigin: string): void => {
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  if (
    (site !== undefined && !safeSites.has(site)) ||
    (site === undefined && origin !== undefined && origin !== ownOrigin)
  )
    throw problem('auth.wrong-origin', 'The request was made by a page of another origin.');
};

export const createAuthenticate = (deps: AuthenticateDeps) => {
  const { db, tokens, origins, notebookClaims, roleIn } = deps;
  const findSession = batched(
    createAuthStore(db).sessionsById,
    id => id,
    ({ id }) => id
  );

  const actorOf = (
    ctx: Ctx,
    user: Pick<UserRow, 'name' | 'display_name' | 'admin' | 'locked'> | undefined,
    session: string | null,
    channel: Actor['channel']
  ): Actor => {
    if (!user || user.locked)
      throw problem('auth.expired', 'This sign-in does not work any more; sign in again.');
    return {
      user: { name: user.name, displayName: user.display_name, admin: user.admin },
      channel,
      session,
      member: null,
      ...originOf(ctx)
    };
  };

  const personOf = async (
    ctx: Ctx,
    name: string,
    session: string | null,
    channel: Actor['channel']
  ): Promise<Actor> => actorOf(ctx, await createAuthStore(db).userByName(name), session, channel);

  const signedIn = (ctx: Ctx, session: SessionRow, channel: Actor['channel']): Actor =>
    actorOf(ctx, { ...session, name: session.username }, session.id, channel);

  /** A projectUser: what comes in this way acts in one project and never as an administrator. */
  const projectUser = async (
    ctx: Ctx,
    claims: { project: string; user: string },
    session: string | null,
    channel: Actor['channel'],
    claimed: Claimed
  ): Promise<Actor> => {
    claimed(claims.user);
    const [person, role] = await Promise.all([
      personOf(ctx, claims.user, session, channel),
      roleIn(claims.project, claims.user)
    ]);
    if (!role) throw problem('auth.expired', `${claims.user} is not a member of ${claims.project} any more.`);
    return { ...person, user: { ...person.user, admin: false }, member: { project: claims.project, role } };
  };

  const byAccessToken = async (secret: string, ctx: Ctx, claimed: Claimed): Promise<Actor> => {
    const found = await createAccessTokensStore(db).use(hashOf(secret), clientAddressOf(ctx));
    if (!found)
      throw problem(
        'auth.expired',
        'The access token is unknown, has expired or was revoked; make another one.'
      );
    const { id: accessToken, username: user, project, scopes } = found;
    const actor =
      project === null
        ? await personOf(ctx, user, null, 'token')
        : await projectUser(ctx, { project, user }, null, 'token', claimed);
    return { ...actor, scopes, accessToken };
  };

  const byBearer = async (authorization: string, ctx: Ctx, claimed: Claimed): Promise<Actor> => {
    const claims = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (claims?.startsWith(tokenPrefix)) return byAccessToken(claims, ctx, claimed);
    const verified = claims ? await tokens.verify(claims) : undefined;
    if (verified) claimed(verified.user);
    const session = verified && (await findSession(verified.session));
    if (!verified || session?.username !== verified.user)
      throw problem(
        'auth.expired',
        'The bearer token is not valid or has expired; refresh it or sign in again.'
      );
    if (Date.now() - session.used_at.getTime() > 60_000) await createAuthStore(db).touchSession(session.id);
    return signedIn(ctx, session, 'token');
  };

  const byHubCookie = async (secret: string, ctx: Ctx): Promise<Actor> => {
    const session = await createAuthStore(db).sessionByToken(hashOf(secret));
    if (!session) throw problem('auth.expired', 'The session has ended; sign in again.');
    if (writes(ctx)) {
      refuseCrossSite(ctx.req, origins.hub);
      if (!tokens.csrfMatches(secret, ctx.get('X-CSRF-Token')))
        throw problem('auth.csrf', 'Send the X-CSRF-Token that /auth/me gives.');
    }
    return signedIn(ctx, session, 'hub');
  };

  const byNotebookCookie = async (label: string, ctx: Ctx, claimed: Claimed): Promise<Actor | undefined> => {
    const claims = await notebookClaims(ctx.req, label);
    if (!claims) return undefined;
    if (writes(ctx)) refuseCrossSite(ctx.req, origins.notebook(label));
    return projectUser(ctx, claims, claims.session, 'notebook', claimed);
  };

  const byCertificate = async (fingerprint: string, ctx: Ctx, claimed: Claimed): Promise<Actor> => {
    const claims = await deps.deviceOf(fingerprint, clientAddressOf(ctx));
    if (!claims)
      throw problem('auth.certificate', 'It is unknown, has expired or was revoked; issue another one.');
    return { ...(await projectUser(ctx, claims, null, 'device', claimed)), device: claims.device };
  };

  /** Who makes the request; undefined where it brings no credential. Throws on two, and on one that is not good. */
  return async (ctx: Ctx, claimed: Claimed = () => undefined): Promise<Actor | undefined> => {
    const { authorization, host } = ctx.req.headers;
    const hubSession = ctx.cookies.get(hubCookie);
    const identity = sandboxOf(ctx.req);
    const fingerprint = ctx.get(certificateHeader);
    if (identity) {
      if (authorization !== undefined || ctx.req.headers.cookie !== undefined || fingerprint !== '')
        throw problem(
          'auth.two-credentials',
          'Inside a sandbox the socket is the identity; send no other credential.'
        );
      return projectUser(ctx, identity, null, 'sandbox', claimed);
    }
    if (fingerprint !== '') {
      if (authorization !== undefined || ctx.req.headers.cookie !== undefined) throw two();
      return byCertificate(fingerprint, ctx, claimed);
    }
    const site = origins.siteOf(host);
    if (site.kind === 'notebook') {
      const actor = await byNotebookCookie(site.label, ctx, claimed);
      if (actor && authorization !== undefined) throw two();
      return actor ?? (authorization === undefined ? undefined : byBearer(authorization, ctx, claimed));
    }
    if (authorization !== undefined && hubSession !== undefined) throw two();
    if (authorization !== undefined) return byBearer(authorization, ctx, claimed);
    return hubSession === undefined ? undefined : byHubCookie(hubSession, ctx);
  };
};

const writes = (ctx: Ctx): boolean => ctx.method !== 'GET' && ctx.method !== 'HEAD';

const two = () =>
  problem(
    'auth.two-credentials',
    'Send one of them: the cookie, the Authorization header or the certificate.'
  );
