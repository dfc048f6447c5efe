import type { ParameterizedContext } from 'koa';
import type { Actor, Author } from '../platform/actor.js';
import type { Logger } from '../platform/logger.js';
import type { Precondition } from '../platform/version.js';
import { sandboxOf } from './channel.js';

export interface State {
  requestId: string;
  log: Logger;
  /** The endpoint that answers, for the metrics. */
  operation?: string;
  /** The other status of the contract's for a good answer: only `/ready` has one. */
  status?: number;
}

export type Ctx = ParameterizedContext<State>;

/** Beside the checked input, what a handler may need of the request. */
export interface Request {
  readonly actor: Actor;
  readonly ctx: Ctx;
  /** To be asked before a versioned resource is changed, with the resource as it then is. */
  readonly unchanged: Precondition;
  /** The same actor as a member by now, for what takes long; throws where they may not go on. */
  readonly still: () => Promise<Actor>;
}

/**
 * The browser's or program's own address; the proxy in front sets the header and strips what others send. A sandbox
 * could write the header itself, so its own name stands for it.
 */
export const clientAddressOf = (ctx: Ctx): string => {
  const inside = sandboxOf(ctx.req);
  if (inside) return `sandbox ${inside.sandbox}`;
  return ctx.get('x-hopslab-client-address') || (ctx.req.socket.remoteAddress ?? 'local');
};

/** Where a request comes from and how it is numbered, for the journal. */
export const originOf = (ctx: Ctx): Pick<Author, 'address' | 'requestId'> => ({
  address: clientAddressOf(ctx),
  requestId: ctx.state.requestId
});
