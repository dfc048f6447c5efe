import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCertificates, ensureDeviceAuthority } from '../adapters/ca/index.js';
import { createEmbeddedPostgres } from '../adapters/postgres/index.js';
import { readConfig } from '../config.js';
import { createLogger } from '../platform/logger.js';
import { secretIn } from '../platform/secrets.js';
import { keepAlive, type Keeper } from './keep-alive.js';
import { createNodeService } from './node-service.js';
import { createPostgresService } from './postgres-service.js';
import { createServiceBoard } from './service-board.js';
import { inheritedSockets } from './sockets.js';

const day = 86_400_000;

const config = readConfig();
const logger = createLogger('supervisor', config.logLevel);
const sockets = inheritedSockets(['proxy', 'programs', 'server']);
// What they were handed to us by is not for our children.
delete process.env['LISTEN_FDS'];
delete process.env['LISTEN_FDNAMES'];

const logs = join(config.data, 'logs');
mkdirSync(logs, { recursive: true, mode: 0o700 });
const script = (path: string) => join(config.root, 'server', 'lib', path);
const pgSockets = join(config.run, 'pg');
// An operator's own database is not ours to start.
const embedded = config.databaseUrl.includes(encodeURIComponent(pgSockets));
const names = [...(embedded ? ['postgres'] : []), 'server', 'proxy', 'egress'];
const board = createServiceBoard(join(config.run, 'services.json'), names);
const keepers: Keeper[] = [];

const stop = async (): Promise<void> => {
  // The newest first: nobody loses what it stands on.
  for (const keeper of keepers.splice(0).reverse()) await keeper.stop();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());

const begin = (keeper: Keeper): Promise<undefined> => {
  keepers.push(keeper);
  return keeper.first;
};

const caSecret = secretIn(config.caKeySecretFile, config.data, 'devices');
const ensureAuthorities = async (): Promise<void> => {
  await ensureCertificates(config.data, config.base);
  await ensureDeviceAuthority(config.data, caSecret);
};
await ensureAuthorities();
setInterval(() => {
  ensureAuthorities().catch((error: unknown) => {
    logger.error({ err: error }, 'a certificate could not be renewed');
  });
}, day);

const postgres = createEmbeddedPostgres({
  folder: join(config.data, 'postgres'),
  binaries: join(config.tools, 'postgres', 'bin'),
  sockets: pgSockets,
  log: join(logs, 'postgres.log')
});
if (embedded) await begin(keepAlive(createPostgresService(postgres), board, logger));

const parts = [
  createNodeService({
    name: 'server',
    script: script('main.js'),
    sockets: [sockets.server],
    log: join(logs, 'server.log'),
    heap: 256
  }),
  createNodeService({
    name: 'proxy',
    script: script('proxy/main.js'),
    sockets: [sockets.proxy, sockets.programs],
    log: join(logs, 'proxy.log'),
    heap: 128
  }),
  createNodeService({
    name: 'egress',
    script: script('egress/main.js'),
    sockets: [],
    log: join(logs, 'egress.log'),
    heap: 96
  })
];
await Promise.all(parts.map(part => begin(keepAlive(part, board, logger))));
logger.info({ build: config.build }, 'everything is ready');
