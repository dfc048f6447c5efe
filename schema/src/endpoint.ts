import type { z } from 'zod';
import type { Access, Channel } from './access.js';
import type { ProblemCode } from './problem.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * What an endpoint answers when all is well: JSON, nothing, an event stream, or bytes. `also` is another status that
 * the same JSON may have; of bytes with `ranges` one range is answered where it is asked for.
 */
export type Reply<R extends z.ZodType = z.ZodType> =
  | { readonly kind: 'json'; readonly status: 200 | 201 | 202; readonly also?: 503; readonly schema: R }
  | { readonly kind: 'empty'; readonly status: 204 }
  | { readonly kind: 'events'; readonly status: 200; readonly events: Readonly<Record<string, z.ZodType>> }
  | {
      readonly kind: 'bytes';
      readonly status: 200;
      readonly type: string | readonly string[];
      readonly ranges?: true;
    };

/** What of a resource tells one state of it from another. */
export type Version = (resource: never) => unknown;

/**
 * One operation of the API. The server binds it, the extension infers its types from it, OpenAPI is generated
 * from it. `path` is below `base` (default `/api/v1`), parameters in braces; a parameter written `{path+}` takes
 * the rest of the address, slashes included.
 */
export interface Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends Reply = Reply,
  H extends z.ZodType = z.ZodType
> {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly base?: '' | '/api/v1';
  readonly summary: string;
  readonly access: Access;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Headers that it looks at beside the usual ones, by their names as they are written. */
  readonly headers?: H;
  /** The request's body is a stream of bytes, not JSON; of a content type of its own where one is named. */
  readonly upload?: true | string;
  readonly reply: R;
  /** Problems beyond those that every endpoint of its kind of access may answer. */
  readonly problems: readonly ProblemCode[];
  /** Honours `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Answers an `ETag` and honours `If-Match`: what of the resource tells one state of it from another. */
  readonly version?: Version;
  /**
   * Answers the `ETag` of the file it is about: a download honours `If-None-Match`, an upload also `If-Match`, each of
   * the file as it is when it would be replaced.
   */
  readonly conditional?: true;
  /**
   * Says what will happen, and to whom. Asked for from a notebook origin, where this endpoint is not open, the act is
   * held until its person confirms that sentence on the hub; without one it is refused there.
   */
  readonly act?: (given: {
    readonly params: Out<P>;
    readonly query: Out<Q>;
    readonly body: Out<B>;
  }) => string;
}

/** Declares an endpoint, keeping its exact types. */
export const endpoint = <
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  const R extends Reply = Reply,
  H extends z.ZodType = z.ZodUndefined
>(
  spec: Endpoint<P, Q, B, R, H>
): Endpoint<P, Q, B, R, H> => spec;

/** Whether a request that came in this way is held instead of refused. */
export const isHeldFrom = ({ access, act }: AnyEndpoint, channel: Channel): boolean =>
  act !== undefined &&
  channel === 'notebook' &&
  access.kind !== 'public' &&
  !access.channels.includes(channel);

/** Any endpoint, whatever its types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a list of endpoints of different types
export type AnyEndpoint = Endpoint<any, any, any, any, any>;

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type In<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler is given once everything is checked. */
export interface Checked<E extends AnyEndpoint> {
  readonly params: Out<NonNullable<E['params']>>;
  readonly query: Out<NonNullable<E['query']>>;
  readonly body: Out<NonNullable<E['body']>>;
  readonly headers: Out<NonNullable<E['headers']>>;
}

type Given<K extends string, S> = undefined extends S
  ? { readonly [key in K]?: S }
  : { readonly [key in K]: S };

/** What a caller gives. */
export type Input<E extends AnyEndpoint> = Given<'params', In<NonNullable<E['params']>>> &
  Given<'query', In<NonNullable<E['query']>>> &
  Given<'body', In<NonNullable<E['body']>>>;

/** What a caller gets. */
export type Output<E extends AnyEndpoint> = E['reply'] extends {
  kind: 'json';
  schema: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

export const json = <S extends z.ZodType, const T extends 200 | 201 | 202 = 200>(
  schema: S,
  status: T = 200 as T
): { readonly kind: 'json'; readonly status: T; readonly schema: S } => ({ kind: 'json', status, schema });

export const empty = { kind: 'empty', status: 204 } as const;
export const bytes = { kind: 'bytes', status: 200, type: 'application/octet-stream' } as const;
export const events = <const E extends Readonly<Record<string, z.ZodType>>>(
  types: E
): { readonly kind: 'events'; readonly status: 200; readonly events: E } => ({
  kind: 'events',
  status: 200,
  events: types
});
