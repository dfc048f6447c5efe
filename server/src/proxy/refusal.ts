import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { bodyOf } from '../http/problems.js';
import { problem, ProblemError } from '../platform/problem.js';

/** Answers a problem; when the answer has begun already, all that is left is to break the connection. */
export const refuse = (request: IncomingMessage, response: ServerResponse, error: ProblemError): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  // What Jupyter's own pages asked for they show the `message` of.
  const forJupyter = path.startsWith('/api/v1/') ? {} : { message: error.detail };
  const body = JSON.stringify({ ...bodyOf(error, randomUUID(), path), ...forJupyter });
  response.writeHead(error.status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(error.retriable ? { 'Retry-After': '1' } : {}),
    // What is left of an upload that nobody reads would be taken for the next request.
    ...(request.complete ? {} : { Connection: 'close' })
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume();
};

/** A response on the socket of a request that asked for another protocol; the connection ends with it. */
export const responseOn = (request: IncomingMessage, socket: Socket): ServerResponse => {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.end());
  return response;
};

/** Whatever went wrong, as a problem that tells nothing of the inside. */
export const asProblem = (error: unknown): ProblemError =>
  error instanceof ProblemError
    ? error
    : problem('server.fault', 'The administrator finds the cause in the log.');

export const away = (what: string, cause?: unknown): ProblemError =>
  problem('service.unavailable', `${what} does not answer just now; try again in a moment.`, { cause });

const overflow =
  'The browser sent more cookies than are read here; a page of a notebook may have set them. ' +
  'It has been told to remove them all: load this page again, and sign in.\n';

const rawAnswers: Record<string, { status: string; said: string }> = {
  // A notebook's page can set cookies on the whole domain until the hub's requests are too large; this frees it again.
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large\r\nClear-Site-Data: "cookies"',
    said: overflow
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', said: '' }
};

/** The last word to a client that does not speak HTTP as we do. */
export const endBadly = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, said } = rawAnswers[error.code ?? ''] ?? { status: '400 Bad Request', said: '' };
  const head = `Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${said.length}`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${said}`);
};
