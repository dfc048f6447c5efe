import {
  request as send,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse
} from 'node:http';
import { problem, type ProblemError } from '../platform/problem.js';
import { hasBody, type RawHeaders } from './headers.js';
import { away, refuse } from './refusal.js';

/** Where a request goes, and what is changed on the way. */
export interface Upstream {
  readonly agent: Agent;
  /** What does not answer, in words: "The server". */
  readonly name: string;
  readonly headers: string[];
  readonly answer: (headers: RawHeaders) => string[];
  /** How long the head of the answer may take after the last byte of the request moved, in ms. */
  readonly patience: number;
  readonly pace: Pace;
}

/** What a body has to bring in a time, as long as we wait for it; a slower one only holds what others need. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}
export const usualPace: Pace = { bytes: 16_384, everyMs: 60_000 };

const tooSlow = ({ bytes, everyMs }: Pace) =>
  problem(
    'request.invalid',
    `The upload is too slow: it has to bring ${bytes} bytes in ${everyMs / 1000} s. Send it again, over a better connection.`
  );

const repeatable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request without a body that only reads may be sent again when its connection broke before any answer. */
const maxTries = 3;

/** Calls `look` every so often with what has been written so far and for how long that has not grown, in ms. */
const watch = (
  upstream: ClientRequest,
  everyMs: number,
  look: (written: number, stillForMs: number) => void
): (() => void) => {
  let before = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    const written = upstream.socket?.bytesWritten ?? 0;
    if (written !== before) since = performance.now();
    before = written;
    look(written, performance.now() - since);
  }, everyMs);
  return () => clearInterval(timer);
};

/** Judges an upload by stretches of time in which we wait for nobody but its sender. */
const createPacer = ({ bytes, everyMs }: Pace) => {
  let stretch: { readonly from: number; readonly written: number } | undefined;
  return (waits: boolean, written: number): boolean => {
    if (!waits) stretch = undefined;
    else if (!stretch) stretch = { from: performance.now(), written };
    else if (performance.now() - stretch.from >= everyMs) {
      if (written - stretch.written < bytes) return false;
      stretch = { from: performance.now(), written };
    }
    return true;
  };
};

const begin = (response: ServerResponse, upstream: IncomingMessage, to: Upstream): void => {
  const headers = to.answer(upstream.rawHeaders);
  response.writeHead(upstream.statusCode ?? 502, headers);
  upstream.pipe(response);
  // An event stream's head must not wait for its first event; a short answer goes out in one piece with its head.
  setImmediate(() => {
    if (!upstream.readableDidRead && !response.writableEnded && !response.destroyed) response.flushHeaders();
  });
  const broken = () => {
    if (!upstream.complete) response.destroy();
  };
  upstream.on('error', broken);
  upstream.on('close', broken);
};

/** Passes one request on and its answer back: both streamed, both with backpressure, an end on one side ends the other. */
export const forward = (request: IncomingMessage, response: ServerResponse, to: Upstream): void => {
  const body = hasBody(request);
  const mayRepeat = !body && repeatable.has(request.method ?? '');
  let tries = 0;

  const attempt = (): void => {
    tries++;
    const upstream = send({
      agent: to.agent,
      method: request.method,
      path: request.url,
      headers: to.headers,
      setHost: false
    });
    let settled = false;
    const end = () => {
      settled = true;
      stop();
      response.off('close', aborted);
      request.unpipe(upstream);
    };
    const aborted = () => {
      end();
      upstream.destroy();
    };
    const give = (error: ProblemError) => {
      if (settled) return;
      end();
      upstream.destroy();
      refuse(request, response, error);
    };
    const keepsPace = createPacer(to.pace);
    const look = (written: number, stillForMs: number) => {
      // Held up by the client, or by the other side? Only the latter is a service that is away.
      const waitsForClient = body && !request.complete && !upstream.writableNeedDrain;
      if (!keepsPace(waitsForClient, written)) give(tooSlow(to.pace));
      else if (!waitsForClient && stillForMs >= to.patience) give(away(to.name));
    };
    const stop = watch(upstream, Math.min(to.patience, to.pace.everyMs, 1000), look);

    upstream.on('error', error => {
      if (settled) return;
      if (response.headersSent) {
        end();
        return;
      }
      if (mayRepeat && tries < maxTries && upstream.socket !== null) {
        end();
        attempt();
        return;
      }
      give(away(to.name, error));
    });
    // A switch of protocols that nobody asked for.
    upstream.on('upgrade', (_, socket) => {
      socket.destroy();
      give(away(to.name));
    });
    upstream.on('response', answer => {
      stop();
      if (settled) {
        answer.destroy();
        return;
      }
      try {
        begin(response, answer, to);
      } catch (error) {
        give(away(to.name, error));
      }
    });
    response.on('close', aborted);
    if (body) request.pipe(upstream);
    else upstream.end();
  };
  attempt();
};
