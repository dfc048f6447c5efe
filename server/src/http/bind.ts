import {
  problemsOf,
  type Access,
  type AnyEndpoint,
  type Checked,
  type Output,
  type PlatformAction,
  type ProjectAction,
  type Reply
} from '@hopslab/schema';
import type Router from '@koa/router';
import { nobody, personOf, type Actor, type Standing } from '../platform/actor.js';
import { ProblemError, problem } from '../platform/problem.js';
import { demand, type Person, type Verdict } from '../platform/verdict.js';
import { sandboxOf } from './channel.js';
import { check } from './check.js';
import { originOf, type Ctx, type Request, type State } from './context.js';
import type { Idempotency } from './idempotency.js';
import { preconditionOf, tagFor } from './precondition.js';
import type { Refusals } from './refusals.js';

/** The policies that judge who is let in: nobody else here knows of rights. */
export interface Rules {
  onPlatform(user: Actor['user'], action: PlatformAction): boolean;
  /** Somebody's membership and their project's state, as they are now. */
  standing(project: string, user: string): Promise<Standing | undefined>;
  inProject(who: Person, action: ProjectAction): Verdict;
  /** Throws where the project's state is in the way of what somebody has the right to. */
  open(standing: Standing, action: ProjectAction): void;
}

export interface ApiRouter {
  readonly router: Router<State>;
  /** Who makes the request; undefined where it brings no credential. Throws on one that is not good. */
  readonly authenticate: (ctx: Ctx) => Promise<Actor | undefined>;
  readonly rules: Rules;
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

/** The caller's standing in the project that the address names; a stranger may not know of it. */
const standingIn = async ({ rules }: ApiRouter, actor: Actor, project: string): Promise<Standing> => {
  // A notebook's or sandbox's credential knows its own project only.
  const foreign = actor.member !== null && actor.member.project !== project;
  // Nothing in the database has a NUL in its name, nor may it be asked for one.
  const standing =
    foreign || project.includes('\0') ? undefined : await rules.standing(project, actor.user.name);
  if (!standing)
    throw problem('project.unknown', `There is no project ${project.slice(0, 60)} that you are a member of.`);
  return standing;
};

/** Refuses who lacks the right, or has come in by another way than it may be used by. */
const permit = ({ rules }: ApiRouter, access: Exclude<Access, { kind: 'public' }>, actor: Actor): void => {
  if (access.kind === 'project') demand(rules.inProject(personOf(actor), access.action));
  else if (!rules.onPlatform(actor.user, access.action))
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
        const project = ctx.params['p'] ?? '';
        const standing = access.kind === 'project' ? await standingIn(api, caller, project) : undefined;
        if (standing) caller = { ...caller, member: { project, role: standing.role } };
        permit(api, access, caller);
        if (standing && access.kind === 'project') api.rules.open(standing, access.action);
      }
      const actor = caller ?? anonymous(ctx);
      const given = await check(endpoint, ctx);
      const run = async () => {
        const unchanged = preconditionOf(endpoint, ctx.get('If-Match'));
        const result: unknown = await handler(given, { actor, ctx, unchanged });
        return reply.kind === 'json' ? reply.schema.parse(result) : result;
      };
      const key = endpoint.idempotent ? ctx.get('Idempotency-Key') : '';
      const result =
        key === ''
          ? await run()
          : await api.idempotency(actor.user.name, key, { id: endpoint.id, given }, run);
      if (reply.kind === 'json') {
        const tag = tagFor(endpoint, result);
        if (tag !== undefined) ctx.set('ETag', tag);
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
