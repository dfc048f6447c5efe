import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { dirname } from 'node:path';
import { asSandbox, type SandboxIdentity } from './channel.js';

const options = {
  keepAliveTimeout: 75_000,
  headersTimeout: 30_000,
  requestTimeout: 0,
  maxHeaderSize: 32_768
};

/** A sandbox needs a handful; without a limit one could take every descriptor of the server. */
const mostOfSandbox = 256;

/** Serves plain HTTP on an inherited descriptor or on a unix socket's path. */
export const listen = (handler: RequestListener, where: { fd: number } | { path: string }): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(options, handler);
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve(server);
    });
  });

/**
 * Listens on a sandbox's own socket: whatever comes in there is that projectUser. The folder is the platform's; the
 * sandbox only has it mounted, read-only.
 */
export const listenForSandbox = async (
  handler: RequestListener,
  path: string,
  identity: SandboxIdentity
): Promise<Server> => {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const server = await listen(
    (request, response) => {
      asSandbox(request, identity);
      handler(request, response);
    },
    { path }
  );
  server.maxConnections = mostOfSandbox;
  // Whoever has the folder mounted may connect; nobody else can reach the folder.
  chmodSync(path, 0o666);
  return server;
};
