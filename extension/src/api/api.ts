import { auth, type pending, type AnyEndpoint, type Input, type Output, type Reply } from '@hopslab/schema';
import { addressOf } from './address.js';
import { openEvents, type EventHandlers, type EventSourceType, type LiveEvents } from './events.js';
import { HeldAct } from './held.js';
import { offline, problemOf } from './problem.js';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Makes a repeated request count once, where the endpoint honours it. */
  readonly idempotencyKey?: string;
  /** Done only where the resource still is as it was read with this tag. */
  readonly ifMatch?: string | null;
  /** Done only where nothing is there yet. */
  readonly ifNew?: boolean;
  /** The body of an endpoint that takes bytes; a file is sent from where it lies. */
  readonly upload?: Blob;
  /** Bytes of a file to read, the last included: `0-8191`. */
  readonly range?: string;
}

/** An answer, and what tells this state of the resource from another. */
export interface Tagged<T> {
  readonly answer: T;
  readonly tag: string | null;
}

export interface Api {
  /** Calls an endpoint; throws an `ApiProblem` for everything but success, and a `HeldAct` for what only waits. */
  call: <E extends AnyEndpoint>(endpoint: E, input: Input<E>, options?: CallOptions) => Promise<Output<E>>;
  /** As `call`, with the tag for `ifMatch`. */
  tagged: <E extends AnyEndpoint>(
    endpoint: E,
    input: Input<E>,
    options?: CallOptions
  ) => Promise<Tagged<Output<E>>>;
  /** As `tagged`, of an endpoint that answers bytes. */
  bytes: <E extends AnyEndpoint>(
    endpoint: E,
    input: Input<E>,
    options?: CallOptions
  ) => Promise<Tagged<Blob>>;
  /** Where an endpoint is, for a link. */
  address: <E extends AnyEndpoint>(endpoint: E, input: Input<E>) => string;
  /** Follows an endpoint's server-sent events until closed. */
  events: <E extends AnyEndpoint>(endpoint: E, input: Input<E>, handlers: EventHandlers<E>) => LiveEvents;
}

export interface ApiOptions {
  /** Scheme and authority of the server; empty for the page's own. */
  readonly base: string;
  /** Send the hub session's CSRF token with changes. On notebook origins the cookie alone is enough. */
  readonly csrf?: boolean;
  readonly eventSource?: EventSourceType;
}

interface Loose {
  readonly params?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

/** The one place that speaks HTTP. */
export const createApi = ({ base, csrf = false, eventSource }: ApiOptions): Api => {
  let csrfToken: string | null = null;

  const request = async (endpoint: AnyEndpoint, input: Loose, options: CallOptions): Promise<Response> => {
    const headers = new Headers({ accept: 'application/json, application/problem+json' });
    if (input.body !== undefined) headers.set('content-type', 'application/json');
    if (csrfToken !== null && endpoint.method !== 'GET') headers.set('x-csrf-token', csrfToken);
    if (options.upload) headers.set('content-type', 'application/octet-stream');
    if (options.ifMatch) headers.set('if-match', options.ifMatch);
    if (options.ifNew) headers.set('if-none-match', '*');
    if (options.range !== undefined) headers.set('range', `bytes=${options.range}`);
    if (options.idempotencyKey) headers.set('idempotency-key', options.idempotencyKey);
    const response = await fetch(`${base}${addressOf(endpoint, input.params, input.query)}`, {
      method: endpoint.method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
      ...(options.upload && { body: options.upload }),
      ...(options.signal && { signal: options.signal })
    }).catch((cause: unknown) => {
      if (options.signal?.aborted) throw cause;
      throw offline(cause);
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  };

  const refreshCsrf = async (): Promise<void> => {
    const response = await request(auth.me, {}, {});
    csrfToken = ((await response.json()) as auth.Me).csrfToken;
  };

  /** Another tab may have signed in anew, which makes our token stale: ask for the new one, once. */
  const requestWithCsrf = async (
    endpoint: AnyEndpoint,
    input: Loose,
    options: CallOptions
  ): Promise<Response> => {
    if (!csrf || endpoint.method === 'GET' || endpoint.access.kind === 'public')
      return request(endpoint, input, options);
    const known = csrfToken !== null;
    if (!known) await refreshCsrf();
    try {
      return await request(endpoint, input, options);
    } catch (error) {
      if (!known || (error as { code?: unknown }).code !== 'auth.csrf') throw error;
      await refreshCsrf();
      return request(endpoint, input, options);
    }
  };

  const tagged: Api['tagged'] = async (endpoint, input, options = {}) => {
    const response = await requestWithCsrf(endpoint, input, options);
    const { kind, status } = endpoint.reply as Reply;
    if (endpoint.act && response.status === 202 && status !== 202)
      throw new HeldAct(((await response.json()) as pending.Held).pending);
    const answer: unknown = kind === 'json' ? await response.json() : undefined;
    return { answer: answer as Output<typeof endpoint>, tag: response.headers.get('etag') };
  };

  return {
    call: async (endpoint, input, options) => (await tagged(endpoint, input, options)).answer,
    tagged,
    bytes: async (endpoint, input, options = {}) => {
      const response = await requestWithCsrf(endpoint, input, options);
      // A connection that breaks meanwhile is the same as none.
      const answer = await response.blob().catch((cause: unknown) => {
        if (options.signal?.aborted) throw cause;
        throw offline(cause);
      });
      return { answer, tag: response.headers.get('etag') };
    },
    address: (endpoint, input) => {
      const { params, query } = input as Loose;
      return `${base}${addressOf(endpoint, params, query)}`;
    },
    events: (endpoint, input, handlers) => {
      const { params, query } = input as Loose;
      return openEvents(
        `${base}${addressOf(endpoint, params, query)}`,
        endpoint,
        handlers,
        eventSource ?? EventSource
      );
    }
  };
};
