import { chmodSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { Serve } from './serve.js';

const options = {
  maxHeaderSize: 8192,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 1000
};

/** Connections of one sandbox, those that ask for nothing included. */
const mostOfSandbox = 256;

const plainHttp: RequestListener = (request, response) => {
  const why =
    'only https is passed on: what comes over plain http could have been changed by anybody on its way';
  response.writeHead(403, why, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${why}\n`);
  request.resume();
};

export interface OpenDoor {
  close(): void;
}

/** Listens on the socket that is one sandbox's way to the internet. The folder is the platform's. */
export const openDoor = (path: string, sandbox: string, serve: Serve): Promise<OpenDoor> => {
  rmSync(path, { force: true });
  const server = createServer(options, plainHttp);
  server.maxConnections = mostOfSandbox;
  server.on('connect', (request, socket, first) => void serve(sandbox, request, socket, first));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      // Whoever has the folder mounted may connect; nobody else can reach the folder.
      chmodSync(path, 0o666);
      resolve({
        close: () => {
          server.close();
          server.closeAllConnections();
        }
      });
    });
  });
};
