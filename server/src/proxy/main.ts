import { join } from 'node:path';
import { readConfig } from '../config.js';
import { createTokens } from '../domains/auth/auth.tokens.js';
import { createNotebookCookies } from '../domains/auth/notebook-cookie.js';
import { notebookServersQuery } from '../domains/notebooks/index.js';
import { createLogger } from '../platform/logger.js';
import { createOrigins } from '../platform/origins.js';
import { secretKey } from '../platform/secrets.js';
import { createClients } from './clients.js';
import { createDeviceTable } from './device-table.js';
import { usualPace } from './upload.js';
import { createGate } from './gate.js';
import { createMeter } from '../platform/meter.js';
import { createOpenConnections } from './open-connections.js';
import { createPrograms } from './programs.js';
import { createProxy } from './proxy.js';
import { createPostgresRouteTable } from './route-table.postgres.js';
import { serve } from './serve.js';

/*
 * The data plane, a process of its own: heavy transfers never delay the API, and a new API server drops no WebSocket.
 *
 * Programs with a client certificate have a port of their own: programs.ts, device-table.ts.
 *
 * A request's way: serve (TLS, limits) -> proxy (who answers?) -> request-rules, target (what can be read in two ways
 * is refused) -> origin-check (which page made it?) -> gate (which credential, good now?) -> forward or tunnel.
 * handing-out says what a data scientist gets of files, watch and meter follow it.
 * headers, cookies and sandbox-response say what may cross over; connect reaches a sandbox's socket without following
 * a link; route-table and open-connections know what is behind a label and cut what is no longer allowed.
 */

// The supervisor hands the listening sockets over, and we end with it.
const inherited = { browsers: 3, programs: 4 };

/** How often sessions with open notebooks are marked as in use. */
const touchMs = 5 * 60_000;

/** How often it is written down what browsers were sent: what a killed proxy loses. */
const meterMs = 2000;

const config = readConfig();
const logger = createLogger('proxy', config.logLevel);
const files = {
  certificate: join(config.data, 'secrets', 'tls', 'server.crt'),
  key: join(config.data, 'secrets', 'tls', 'server.key')
};

const tokens = createTokens(secretKey(config.data, 'tokens'));
const table = createPostgresRouteTable({
  url: config.databaseUrl,
  servers: notebookServersQuery,
  logger
});
const gate = createGate({
  table,
  cookies: createNotebookCookies(secretKey(config.data, 'notebook-cookie')),
  verifyBearer: token => tokens.verify(token)
});
const open = createOpenConnections(table);
const clients = createClients({
  trustedProxies: config.trustedProxies,
  most: config.connectionsPerAddress,
  logger
});
const meter = createMeter(totals => table.keepSeen(totals), logger, 'what browsers are sent');
const proxy = createProxy({
  origins: createOrigins(config.base, config.port),
  api: join(config.run, 'server.sock'),
  table,
  gate,
  open,
  clients,
  meter,
  pace: { ...usualPace, bytes: config.slowestUpload },
  logger,
  sandboxUid: config.sandbox?.uid
});
const devices = createDeviceTable({ url: config.databaseUrl, logger });
const programs = createPrograms({
  origins: createOrigins(config.base, config.programsPort),
  api: join(config.run, 'server.sock'),
  devices,
  clients,
  pace: { ...usualPace, bytes: config.slowestUpload },
  logger
});
const programsFiles = { ...files, clientRoots: join(config.data, 'devices-ca.pem') };
const served = await Promise.all([
  serve(proxy, clients, files, { fd: inherited.browsers }, logger),
  serve(programs, clients, programsFiles, { fd: inherited.programs }, logger)
]);
// A pass ends by its own clock too, without the table changing.
const sweeping = setInterval(() => {
  open.sweep();
  programs.sweep();
}, 1000);
const touching = setInterval(() => void table.touch(open.sessions()), touchMs);
const metering = setInterval(() => void meter.flush(), meterMs);
logger.info({ build: config.build }, 'the proxy is ready');
process.send?.({ ready: true });

const stop = (): void => {
  clearInterval(sweeping);
  clearInterval(touching);
  clearInterval(metering);
  proxy.close();
  programs.close();
  setTimeout(() => process.exit(0), 1000).unref();
  void Promise.allSettled([meter.flush(), ...served.map(one => one.close()), devices.close()])
    .then(() => meter.flush())
    .then(() => table.close())
    .finally(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
process.on('SIGHUP', () => {
  for (const one of served) one.reload();
});
