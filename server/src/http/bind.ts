import {
  problemsOf,
  roleCan,
  type Access,
  type AnyEndpoint,
  type Checked,
  type Output,
  type PlatformAction,
  type Reply,
  type Role
} from '@hopslab/schema';
import type Router from '@koa/router';
import { nobody, type Actor } from '../platform/actor.js';
import { ProblemError, problem } from '../platform/problem.js';
import { sandboxOf } from './channel.js';
import { check } from './check.js';
import { originOf, type Ctx, type Request, type State } from './context.js';
import type { Idempotency } from './idempotency.js';
import type { Refusals } from './refusals.js';

export interface ApiRouter {
  readonly router: Router<State>;
  /** Who makes the request; undefined where it brings no credential. Throws on one that is not good. */
  readonly authenticate: (ctx: Ctx) => Promise<Actor | undefined>;
  readonly canOnPlatform: (user: Actor['user'], action: PlatformAction) => boolean;
  readonly roleIn: (project: string, user: string) => Promise<Role | undefined>;
  readonly idempotency: Idempotency;
  readonly refusals: Refusals;
}

export type Handler<E extends AnyEndpoint> = (
  given: Checked<E>,
  request: Request
) => Promise<HandlerResult<E>>;
type HandlerResult<E extends AnyEndpoint> = E['reply'] extends { kind: 'json' } ? Output<E> : unknown;

const koaPath = (endpoint: AnyEndpoint): string =>
  `${endpoint.base ?? '/api/v1'}${endpoint.path.replaceAll(/\{(\w+)\+\}/g, '*$1').replaceAll(/\{(\w+)\}/g, ':$1')}`;

const owners = 'A data owner of the project can grant it.';

/** The caller as a member of the project that the address names; a stranger may not know of it. */
const asMember = async (api: ApiRouter, actor: Actor, project: string): Promise<Actor> => {
  // A notebook's or sandbox's credential knows its own project only.
  const foreign = actor.member !== null && actor.member.project !== project;
  // Nothing in the database has a NUL in its name, nor may it be asked for one.
  const role = foreign || project.includes('\0') ? undefined : await api.roleIn(project, actor.user.name);
  if (!role)
    throw problem('project.unknown', `There is no project ${project.slice(0, 60)} that you are a member of.`);
  return { ...actor, member: { project, role } };
};

/** Refuses who lacks the right, or has come in by another way than it may be used by. */
const permit = (api: ApiRouter, access: Exclude<Access, { kind: 'public' }>, actor: Actor): void => {
  const role = actor.member?.role;
  if (access.kind === 'project' && !(role && roleCan(role, access.action)))
    throw problem(
      'access.denied',
      `Your role, ${(role ?? '').replace('_', ' ')}, lacks the right ${access.action}. ${owners}`
    );
  if (access.kind === 'platform' && !api.canOnPlatform(actor.user, access.action))
    throw problem('access.denied', `The right ${access.action} is an administrator’s.`);
  if (!access.channels.includes(actor.channel))
    throw problem(
      'auth.hub-only',
      `This can’t be done from a ${actor.channel}; ${access.channels.includes('hub') ? 'do it on the hub' : 'it is the programs’ part'}.`
    );
};

const anonymous = (ctx: Ctx): Actor => ({
  user: { name: nobody, displayName: 'Anonymous', admin: false },
  channel: sandboxOf(ctx.req) ? 'sandbox' : 'hub',
  session: null,
  member: null,
  ...originOf(ctx)
});

const declared = (endpoint: AnyEndpoint, error: unknown): unknown => {
  if (!(error instanceof ProblemError) || problemsOf(endpoint).includes(error.code)) return error;
  return new Error(`${endpoint.id} answered ${error.code}, which its contract does not name`, {
    cause: error
  });
};

/**
 * Binds an endpoint to its handler. Faults are judged in this order: who is it (401), may they know of it (404),
 * may they do it (403), is the request well-formed (400). What goes out is checked against the contract too.
 */
export const bind = <E extends AnyEndpoint>(api: ApiRouter, endpoint: E, handler: Handler<E>): void => {
  const reply = endpoint.reply as Reply;
  api.router.register(koaPath(endpoint), [endpoint.method.toLowerCase()], async ctx => {
    ctx.state.operation = endpoint.id;
    let caller: Actor | undefined;
    try {
      const { access } = endpoint;
      if (access.kind !== 'public') {
        caller = await api.authenticate(ctx);
        if (!caller) throw problem('auth.required', 'Sign in, or send a bearer token.');
        if (access.kind === 'project') caller = await asMember(api, caller, ctx.params['p'] ?? '');
        permit(api, access, caller);
      }
      const actor = caller ?? anonymous(ctx);
      const given = await check(endpoint, ctx);
      const run = async () => {
        const result: unknown = await handler(given, { actor, ctx });
        return reply.kind === 'json' ? reply.schema.parse(result) : result;
      };
      const key = endpoint.idempotent ? ctx.get('Idempotency-Key') : '';
      const result =
        key === ''
          ? await run()
          : await api.idempotency(actor.user.name, key, { id: endpoint.id, given }, run);
      if (reply.kind === 'json') {
        ctx.status = ctx.state.status ?? reply.status;
        ctx.body = result;
      } else if (reply.kind === 'empty') ctx.status = 204;
    } catch (error) {
      if (error instanceof ProblemError)
        await api.refusals({
          actor: caller ?? anonymous(ctx),
          operation: endpoint.id,
          path: ctx.path,
          code: error.code
        });
      throw declared(endpoint, error);
    }
  });
};
