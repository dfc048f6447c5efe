import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Logger } from '../platform/logger.js';
import {
  reloadCertificate,
  secureContextOf,
  watchCertificate,
  type CertificateFiles
} from './certificate.js';
import type { Clients } from './clients.js';
import { endBadly } from './refusal.js';
import { isWebSocket } from './tunnel.js';

export type ListenOn = { readonly fd: number } | { readonly port: number; readonly host: string };

/**
 * Limits on what is not a request yet, so that slow or endless heads hold nothing for long; bodies may take as long
 * as they move (see forward.ts). Node counts a head's bytes; how many headers it may hold is checked later, because
 * `maxHeadersCount` drops the rest without a word.
 */
const limits = {
  handshakeTimeout: 10_000,
  headersTimeout: 20_000,
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 32_768,
  insecureHTTPParser: false,
  requireHostHeader: true,
  optimizeEmptyRequests: true
};

/** Who answers requests, and requests for another protocol. */
export interface Handlers {
  readonly handle: RequestListener;
  readonly upgrade: (request: IncomingMessage, socket: Socket, first: Buffer) => void;
}

/** Serves TLS with the proxy behind it. Only HTTP/1.1 is spoken: WebSockets and the sandboxes know nothing else. */
export const serve = async (
  proxy: Handlers,
  clients: Clients,
  files: CertificateFiles,
  on: ListenOn,
  logger: Logger
): Promise<{ server: Server; reload: () => void; close: () => Promise<void> }> => {
  const options = {
    ...limits,
    ...secureContextOf(files),
    // Who shows none, or one that is not good, is told so in words.
    requestCert: files.clientRoots !== undefined,
    rejectUnauthorized: false,
    // Any other protocol that a client would rather speak is passed over in silence, as RFC 9110 7.8 allows.
    shouldUpgradeCallback: isWebSocket
  };
  const server = createServer(options, proxy.handle);
  server.maxHeadersCount = 0;
  server.on('connection', (socket: Socket) => {
    if (!clients.mayConnect(socket)) socket.destroy();
  });
  server.on('upgrade', proxy.upgrade);
  server.on('clientError', endBadly);
  server.on('tlsClientError', (error, socket) => {
    logger.debug({ err: error }, 'a TLS handshake failed');
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...on, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const unwatch = watchCertificate(server, files, logger);
  return {
    server,
    /** Takes over a certificate that was renewed. */
    reload: () => void reloadCertificate(server, files, logger),
    async close() {
      unwatch();
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  };
};
