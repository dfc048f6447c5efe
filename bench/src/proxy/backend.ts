/*
 * What stands behind both proxies: 200 bytes for a GET, `/ws` echoes, an upload is swallowed and counted. It listens
 * on the unix socket that it is given and on a TCP port, as each proxy expects it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const answer = Buffer.alloc(200, 'x');

const swallow = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  response.end(String(bytes));
};

const handle = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.method === 'POST') {
    swallow(request, response).catch(() => response.destroy());
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': answer.length });
  response.end(answer);
};

const start = async (on: { path: string } | { port: number; host: string }) => {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, handle);
  new WebSocketServer({ server }).on('connection', client => {
    client.on('message', (data, binary) => {
      client.send(data, { binary });
    });
  });
  await new Promise<void>(resolve => {
    server.listen({ ...on, backlog: 1024 }, () => resolve());
  });
  return server.address();
};

await start({ path: process.argv[2] ?? '' });
const { port } = (await start({ port: 0, host: '127.0.0.1' })) as AddressInfo;
process.stdout.write(`${JSON.stringify({ port })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
