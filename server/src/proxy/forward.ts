import {
  request as send,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse
} from 'node:http';
import type { ProblemError } from '../platform/problem.js';
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
}

/** An upload that does not move for this long is given up: somebody holds the connection without using it. */
const idleUploadMs = 60_000;

const repeatable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request without a body that only reads may be sent again when its connection broke before any answer. */
const maxTries = 3;

/** Calls `still` every so often with for how long nothing has been written, in ms; answers how to stop. */
const watch = (upstream: ClientRequest, everyMs: number, still: (forMs: number) => void): (() => void) => {
  let written = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = upstream.socket?.bytesWritten ?? 0;
    if (now !== written) since = performance.now();
    written = now;
    still(performance.now() - since);
  }, everyMs);
  return () => clearInterval(timer);
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
    const still = (forMs: number) => {
      // Held up by the client, or by the other side? Only the latter is a service that is away.
      const waitsForClient = body && !request.complete && !upstream.writableNeedDrain;
      if (forMs < (waitsForClient ? idleUploadMs : to.patience)) return;
      if (waitsForClient) request.socket.destroy();
      else give(away(to.name));
    };
    const stop = watch(upstream, Math.min(to.patience, 1000), still);

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
