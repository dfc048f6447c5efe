import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { handedFile, type HandedFile, type HeldFile } from '../platform/handed-file.js';
import type { ProblemError } from '../platform/problem.js';
import { bytesOf, bytesToWrite, hasBody, type RawHeaders } from './headers.js';
import { away, refuse } from './refusal.js';
import { tooMuch } from './handing-out.js';
import { openBeside } from './beside.js';
import { sendTaken } from './taken-file.js';
import { startUpload, type Pace } from './upload.js';
import type { Watch } from './watch.js';

/** Where a request goes, and what is changed on the way. */
export interface Upstream {
  readonly pool: Dispatcher;
  /** What does not answer, in words: "The server". */
  readonly name: string;
  readonly headers: string[];
  readonly answer: (headers: RawHeaders) => string[];
  /** How long the head of the answer may take after the last byte of the request moved, in ms. */
  readonly patience: number;
  readonly pace: Pace;
  /** Whether it is one of our own, who may have us send or write a file (platform/handed-file.ts). */
  readonly handsOver?: boolean;
  /** What is asked for instead of what the request names. */
  readonly target?: string;
  /** Follows what is sent, and ends an answer that is too large. */
  readonly watch?: Watch;
}

const repeatable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request without a body that only reads may be sent again when its connection broke before any answer. */
const maxTries = 3;
const broken = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const isBroken = (error: Error): boolean => broken.has((error as NodeJS.ErrnoException).code ?? '');

/** Bytes of an answer's beginning that are sent along with its head. */
const shortest = 4096;

const ended = new Error('nobody waits for the answer any more');

/** Header bytes are Latin-1, as Node writes them. */
const textOf = (raw: Dispatcher.DispatchController['rawHeaders']): string[] =>
  Array.isArray(raw) ? raw.map(part => (typeof part === 'string' ? part : part.toString('latin1'))) : [];

/** Passes one request on and its answer back: both streamed, both with backpressure, an end on one side ends the other. */
export const forward = (request: IncomingMessage, response: ServerResponse, to: Upstream): void => {
  const { pool, name, headers, patience, pace, watch } = to;
  const [method, path] = [request.method ?? '', to.target ?? request.url ?? ''];
  let controller: Dispatcher.DispatchController | undefined;
  let settled = false;
  let tries = 0;
  let begun = false;
  let sendsFile = false;
  let passed = 0;

  const flushSoon = () =>
    setImmediate(() => {
      if (!begun && !response.writableEnded && !response.destroyed) response.flushHeaders();
    });
  const settle = (): void => {
    settled = true;
    upload?.letGo();
    beside?.letGo();
  };
  const give = (error: ProblemError): void => {
    if (settled) return;
    settle();
    refuse(request, response, error);
    controller?.abort(ended);
  };
  const upload = hasBody(request) ? startUpload(request, { name, patience, pace, onFault: give }) : undefined;
  const beside =
    upload && to.handsOver && bytesToWrite(request) !== undefined ? openBeside(upload.body) : undefined;
  const mayRepeat = !upload && repeatable.has(method);

  /** Whether that many bytes more may be sent. */
  const isWithin = (watched: Watch, bytes: number): boolean => {
    passed += bytes;
    if (passed > watched.mostBytes) return false;
    watched.sent(bytes);
    return true;
  };
  const cut = (): void => {
    settle();
    response.destroy();
    controller?.abort(ended);
  };

  /** Sends a file in the place of an answer that stays open meanwhile: where that breaks, this does. */
  const sendHanded = (handed: HandedFile, status: number, head: string[]): void => {
    sendsFile = true;
    const begin = (bytes: number) => response.writeHead(status, [...head, 'Content-Length', String(bytes)]);
    sendTaken(handed, response, begin).then(() => {
      settle();
      controller?.abort(ended);
    }, cut);
  };

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      tries++;
      if (settled) started.abort(ended);
    },
    onResponseStart({ rawHeaders }, status, announced) {
      // Only what comes after interim answers is the answer.
      if (status < 200) {
        const held = announced[handedFile];
        if (beside && typeof held === 'string') void beside.write(JSON.parse(held) as HeldFile);
        return;
      }
      if (watch && Number(announced['content-length'] ?? 0) > watch.mostBytes) {
        give(tooMuch(watch.mostBytes));
        return;
      }
      const head = to.answer(textOf(rawHeaders));
      const handed = to.handsOver ? announced[handedFile] : undefined;
      if (typeof handed === 'string') {
        sendHanded(JSON.parse(handed) as HandedFile, status, head);
        return;
      }
      // The sandbox writes it too: what is in no body is sent all the same.
      watch?.sent(bytesOf(head));
      response.writeHead(status, head);
      // An event stream's head must not wait for its first event; an answer whose length is known comes at once.
      if (announced['content-length'] === undefined) flushSoon();
    },
    onResponseData(_, chunk) {
      if (watch && !isWithin(watch, chunk.length)) {
        cut();
        return;
      }
      // A head and a short text go out in one piece; as bytes the second would be a write of its own.
      const taken =
        begun || chunk.length > shortest
          ? response.write(chunk)
          : response.write(chunk.toString('latin1'), 'latin1');
      begun = true;
      if (!taken) controller?.pause();
    },
    onResponseEnd() {
      if (sendsFile) {
        cut();
        return;
      }
      settle();
      response.end();
    },
    onResponseError(_, error) {
      if (settled) return;
      if (response.headersSent || sendsFile) {
        settle();
        response.destroy();
      } else if (mayRepeat && tries < maxTries && isBroken(error)) send();
      else give(away(name, error));
    }
  };
  const send = (): void => {
    const body = beside?.instead ?? upload?.body ?? null;
    // An upload is watched as it moves, and an answer may take as long as it likes once it has begun.
    const headersTimeout = upload ? 0 : patience;
    pool.dispatch({ method, path, headers, body, headersTimeout, bodyTimeout: 0 }, handler);
  };

  response.on('drain', () => controller?.resume());
  response.on('close', () => {
    if (settled) return;
    settle();
    controller?.abort(ended);
  });
  send();
};
