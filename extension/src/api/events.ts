import type { AnyEndpoint } from '@hopslab/schema';
import type { z } from 'zod';
import { problemOf, type ApiProblem } from './problem.js';

export type EventSourceType = new (address: string) => EventSource;

type Types<E extends AnyEndpoint> = E['reply'] extends { kind: 'events'; events: infer T } ? T : never;

/** `live` while events arrive, `waiting` while the connection is being made again. */
export type ConnectionState = 'waiting' | 'live';

export interface EventHandlers<E extends AnyEndpoint> {
  readonly on: { readonly [K in keyof Types<E>]?: (event: z.output<Types<E>[K]>) => void };
  readonly state?: (state: ConnectionState) => void;
  /** Events may have been missed: fetch again what is shown. */
  readonly missed?: () => void;
  /** The server refuses for good; nothing more will come. */
  readonly refused?: (problem: ApiProblem) => void;
}

export interface LiveEvents {
  close: () => void;
}

const firstPause = 500;
const longestPause = 15_000;

/**
 * Browsers reconnect (and resume with Last-Event-ID) after a broken connection, but give up for good after an answer
 * that is no event stream, such as 503 during a restart. Then this asks why, and opens a new one where it may help.
 */
export const openEvents = <E extends AnyEndpoint>(
  address: string,
  _endpoint: E,
  handlers: EventHandlers<E>,
  Source: EventSourceType
): LiveEvents => {
  let source: EventSource;
  let closed = false;
  let pause = firstPause;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const abort = new AbortController();

  const listen = (again: boolean): void => {
    source = new Source(address);
    source.onopen = () => {
      pause = firstPause;
      handlers.state?.('live');
      if (again) handlers.missed?.();
    };
    source.onerror = () => {
      handlers.state?.('waiting');
      // A source that has closed itself was refused; one that is connecting helps itself.
      if (source.readyState === source.CLOSED && !closed) void askWhy();
    };
    for (const [name, handler] of Object.entries(handlers.on))
      source.addEventListener(name, event => {
        (handler as (value: unknown) => void)(JSON.parse((event as MessageEvent<string>).data));
      });
  };

  const askWhy = async (): Promise<void> => {
    const answer = await fetch(address, {
      headers: { accept: 'text/event-stream' },
      credentials: 'same-origin',
      signal: abort.signal
    }).catch(() => null);
    if (closed) return;
    if (answer && !answer.ok) {
      const problem = await problemOf(answer);
      if (!problem.retriable && problem.status < 500) {
        handlers.refused?.(problem);
        return;
      }
    } else void answer?.body?.cancel();
    timer = setTimeout(() => {
      listen(true);
    }, pause);
    pause = Math.min(pause * 2, longestPause);
  };

  handlers.state?.('waiting');
  listen(false);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      abort.abort();
      source.close();
    }
  };
};
