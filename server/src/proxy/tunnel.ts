import { request as send, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from '../platform/join.js';
import { bytesOf, pairsOf, type RawHeaders } from './headers.js';
import { away, refuse, responseOn } from './refusal.js';
import type { Watch } from './watch.js';

/** Where a WebSocket goes. */
export interface TunnelTo {
  readonly name: string;
  readonly connect: () => Promise<Socket>;
  readonly headers: string[];
  readonly answer: (headers: RawHeaders) => string[];
  readonly patience: number;
  /** Follows what is sent; only an answer that is no WebSocket has a limit. */
  readonly watch?: Watch;
}

/** A WebSocket as we pass it on: version 13, a GET, and no body that the two sides could cut differently. */
export const isWebSocket = (request: IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket';

export const isSoundUpgrade = (request: IncomingMessage): boolean =>
  request.method === 'GET' &&
  request.headers['content-length'] === undefined &&
  request.headers['transfer-encoding'] === undefined &&
  request.headers['sec-websocket-version'] === '13' &&
  request.headers['sec-websocket-key'] !== undefined;

const head = (headers: readonly string[]): string =>
  [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: websocket',
    ...pairsOf(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n'
  ].join('\r\n');

/** Passes an upgrade to WebSocket on and joins the two connections; any other answer is passed on and ends both. */
export const tunnel = async (
  request: IncomingMessage,
  socket: Socket,
  first: Buffer,
  to: TunnelTo
): Promise<void> => {
  const fail = (error: unknown) => {
    if (socket.writable) refuse(request, responseOn(request, socket), away(to.name, error));
    else socket.destroy();
  };
  let inner: Socket;
  try {
    inner = await to.connect();
  } catch (error) {
    fail(error);
    return;
  }
  if (socket.destroyed) {
    inner.destroy();
    return;
  }
  const upstream = send({
    createConnection: () => inner,
    method: 'GET',
    path: request.url,
    headers: [...to.headers, 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
    setHost: false
  });
  const stop = () => inner.destroy();
  const timer = setTimeout(() => upstream.destroy(new Error('no answer to an upgrade')), to.patience);
  socket.once('close', stop);

  upstream.on('error', error => {
    clearTimeout(timer);
    fail(error);
  });
  upstream.on('response', answer => {
    clearTimeout(timer);
    const response = responseOn(request, socket);
    const said = to.answer(answer.rawHeaders);
    to.watch?.sent(bytesOf(said));
    response.writeHead(answer.statusCode ?? 502, said);
    answer.on('close', () => {
      if (!answer.complete) socket.destroy();
    });
    let passed = 0;
    if (to.watch)
      answer.on('data', (chunk: Buffer) => {
        passed += chunk.length;
        to.watch?.sent(chunk.length);
        if (passed > (to.watch?.mostBytes ?? 0)) socket.destroy();
      });
    answer.pipe(response);
  });
  upstream.on('upgrade', (answer, _, rest) => {
    clearTimeout(timer);
    socket.off('close', stop);
    if (!socket.writable) {
      inner.destroy();
      return;
    }
    const said = to.answer(answer.rawHeaders);
    socket.write(head(said), 'latin1');
    if (rest.length > 0) socket.write(rest);
    to.watch?.sent(bytesOf(said) + rest.length);
    if (first.length > 0) inner.write(first);
    for (const side of [socket, inner]) side.setNoDelay(true).setTimeout(0);
    socket.setKeepAlive(true, 30_000);
    const { watch } = to;
    if (watch) inner.on('data', (chunk: Buffer) => watch.sent(chunk.length));
    join(socket, inner);
  });
  upstream.end();
};
