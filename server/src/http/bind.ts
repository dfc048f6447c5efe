import {
  deviceCan,
  isHeldFrom,
  problemsOf,
  tokenCan,
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
import type { Meter } from '../platform/meter.js';
import { ProblemError, problem } from '../platform/problem.js';
import { demand, type Person, type Verdict } from '../platform/verdict.js';
import type { Act, Acts, Hold } from './acts.js';
import { sandboxOf } from './channel.js';
import { check } from './check.js';
import { originOf, type Ctx, type Request, type State } from './context.js';
import { keyOf, type Idempotency } from './idempotency.js';
import { preconditionOf, tagFor } from './precondition.js';
import type { Refusals } from './refusals.js';
import type { Room } from './room.js';
import { sentOf } from './sent.js';
import type { Turns } from './turns.js';

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
  /**
   * Who makes the request; undefined where it brings no credential. Throws on one that is not good. `claimed` hears
   * whose the credential is as soon as that is known, before it is known whether it still holds.
   */
  readonly authenticate: (ctx: Ctx, claimed?: (user: string) => void) => Promise<Actor | undefined>;
  readonly rules: Rules;
  readonly idempotency: Idempotency;
  readonly refusals: Refusals;
  readonly hold: Hold;
  readonly acts: Acts;
  readonly turns: Turns;
  readonly room: Room;
  /** Counts what is sent to those who may look but not carry. */
  readonly meter: Meter;
}

export type Handler<E extends AnyEndpoint> = (
  given: Checked<E>,
  request: Request
) => Promise<HandlerResult<E>>;
/** Throws for what the asker may not do, where that depends on what is asked; what it refuses is never held. */
type Judge<E extends AnyEndpoint> = (given: Checked<E>, actor: Actor) => void;
/** What will happen, where the endpoint's own sentence cannot say it; throws where it could not be done. */
type Say<E extends AnyEndpoint> = (given: Checked<E>) => Promise<string>;
type HandlerResult<E extends AnyEndpoint> = E['reply'] extends { kind: 'json' } ? Output<E> : unknown;

const koaPath = (endpoint: AnyEndpoint): string =>
  `${endpoint.base ?? '/api/v1'}${endpoint.path.replaceAll(/\{(\w+)\+\}/g, '*$1').replaceAll(/\{(\w+)\}/g, ':$1')}`;

type Standings = (project: string, user: string) => Promise<Standing | undefined>;

// Nothing in the database has a NUL in its name, nor may it be asked for one.
const standings =
  ({ rules }: ApiRouter): Standings =>
  (project, user) =>
    project.includes('\0') ? Promise.resolve(undefined) : rules.standing(project, user);

/** Asks how somebody stands while their credential is still being looked at: one wait for the database less. */
const standingsAhead = (api: ApiRouter, { access }: AnyEndpoint, project: string) => {
  let ahead: { readonly user: string; readonly standing: Promise<Standing | undefined> } | undefined;
  return {
    claimed: (user: string): void => {
      if (access.kind !== 'project') return;
      const standing = standings(api)(project, user);
      // Where the credential is no good nobody waits for this.
      standing.catch(() => undefined);
      ahead = { user, standing };
    },
    find: ((_, user) => (ahead?.user === user ? ahead.standing : standings(api)(project, user))) as Standings
  };
};

/** The caller's standing in the project that the address names; a stranger may not know of it. */
const standingIn = async (find: Standings, actor: Actor, project: string): Promise<Standing> => {
  // A notebook's or sandbox's credential knows its own project only.
  const foreign = actor.member !== null && actor.member.project !== project;
  const standing = foreign ? undefined : await find(project, actor.user.name);
  if (!standing)
    throw problem('project.unknown', `There is no project ${project.slice(0, 60)} that you are a member of.`);
  return standing;
};

/** Refuses who lacks the right, or has come in by another way than it may be used by. */
const permit = ({ rules }: ApiRouter, endpoint: AnyEndpoint, actor: Actor): void => {
  const access: Access = endpoint.access;
  if (access.kind === 'public') return;
  if (access.kind === 'project') {
    const person = personOf(actor);
    demand(rules.inProject(person, access.action));
    if (actor.channel === 'device' && !deviceCan(person.role, access.action))
      throw problem(
        'access.denied',
        `A device of a ${person.role.replace('_', ' ')} lacks the right ${access.action}, and nobody can grant it. Use a token of your own.`
      );
  } else if (!rules.onPlatform(actor.user, access.action))
    throw problem('access.denied', `The right ${access.action} is an administrator’s.`);
  if (actor.scopes && !tokenCan(actor.scopes, access.action))
    throw problem(
      'access.denied',
      `The access token was not given the right ${access.action}; make another one, or do it on the hub.`
    );
  if (actor.scopes && actor.member && access.kind === 'platform' && access.action !== 'self.view')
    throw problem('access.denied', `The access token is for the project ${actor.member.project} only.`);
  if (!access.channels.includes(actor.channel) && !isHeldFrom(endpoint, actor.channel))
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

/** Who asks, as a member of the endpoint's project where it has one; throws for who may not, or not now. */
const admit = async (
  api: ApiRouter,
  endpoint: AnyEndpoint,
  actor: Actor,
  project: string,
  find = standings(api),
  known: (actor: Actor) => void = () => undefined
): Promise<Actor> => {
  const { access } = endpoint;
  const standing = access.kind === 'project' ? await standingIn(find, actor, project) : undefined;
  if (standing?.locked) throw problem('auth.expired', 'This sign-in does not work any more; sign in again.');
  const admitted = standing ? { ...actor, member: { project, role: standing.role } } : actor;
  known(admitted);
  permit(api, endpoint, admitted);
  if (standing && access.kind === 'project') api.rules.open(standing, access.action);
  return admitted;
};

/** The same act once more, for a person who has confirmed it on the hub: judged like a request of their own. */
const actOf =
  <E extends AnyEndpoint>(api: ApiRouter, endpoint: E, handler: Handler<E>): Act =>
  async (person, { given, ifMatch }, ctx) => {
    const { p = '' } = (given.params ?? {}) as { p?: string };
    const actor = await admit(api, endpoint, person, p);
    const unchanged = preconditionOf(endpoint, ifMatch);
    const still = () => admit(api, endpoint, person, p);
    const result: unknown = await handler(given as Checked<E>, { actor, ctx, unchanged, still });
    const reply = endpoint.reply as Reply;
    return reply.kind === 'json' ? reply.schema.parse(result) : null;
  };

/**
 * Binds an endpoint to its handler. Faults are judged in this order: who is it (401), may they know of it (404),
 * may they do it (403), is the request well-formed (400). What goes out is checked against the contract too.
 * A handler that judges who asks for what gives that as `judge` too, where its endpoint's acts are held; and as `say`
 * the words for what is held.
 */
export const bind = <E extends AnyEndpoint>(
  api: ApiRouter,
  endpoint: E,
  handler: Handler<E>,
  judge?: Judge<E>,
  say?: Say<E>
): void => {
  const reply = endpoint.reply as Reply;
  if (endpoint.act) api.acts.set(endpoint.id, actOf(api, endpoint, handler));
  api.router.register(koaPath(endpoint), [endpoint.method.toLowerCase()], async ctx => {
    ctx.state.operation = endpoint.id;
    let caller: Actor | undefined;
    try {
      const { access } = endpoint;
      if (access.kind !== 'public') {
        const project = ctx.params['p'] ?? '';
        const { claimed, find } = standingsAhead(api, endpoint, project);
        caller = await api.authenticate(ctx, claimed);
        if (!caller) throw problem('auth.required', 'Sign in, or send a bearer token.');
        caller = await admit(api, endpoint, caller, project, find, seen => (caller = seen));
      }
      const actor = caller ?? anonymous(ctx);
      const answer = async () => {
        await api.room(actor.channel, endpoint);
        const given = await check(endpoint, ctx);
        const key = keyOf(endpoint, ctx.get('Idempotency-Key'));
        if (isHeldFrom(endpoint, actor.channel)) {
          judge?.(given, actor);
          const request = { given, ifMatch: ctx.get('If-Match') };
          const summary = (await say?.(given)) ?? endpoint.act?.(given) ?? '';
          ctx.body = await api.hold(actor, { operation: endpoint.id, summary, request });
          ctx.status = 202;
          return;
        }
        const run = async () => {
          const unchanged = preconditionOf(endpoint, ctx.get('If-Match'));
          const still = () => admit(api, endpoint, actor, ctx.params['p'] ?? '');
          const result: unknown = await handler(given, { actor, ctx, unchanged, still });
          return reply.kind === 'json' ? reply.schema.parse(result) : result;
        };
        const result =
          key === ''
            ? await run()
            : await api.idempotency(actor.user.name, key, { id: endpoint.id, given }, run);
        if (reply.kind === 'json') {
          const tag = tagFor(endpoint, result);
          if (tag !== undefined) ctx.set('ETag', tag);
          ctx.status = ctx.state.status ?? reply.status;
          const sent = sentOf(api.meter, actor, endpoint);
          const text = sent && JSON.stringify(result);
          if (text !== null) {
            sent?.(Buffer.byteLength(text));
            ctx.type = 'json';
          }
          ctx.body = text ?? result;
        } else if (reply.kind === 'empty') ctx.status = 204;
      };
      await (access.kind === 'public' ? answer() : api.turns(actor, endpoint, answer));
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
