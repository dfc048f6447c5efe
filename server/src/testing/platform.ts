import { randomBytes } from 'node:crypto';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, type Platform } from '../compose.js';
import type { Config } from '../config.js';
import { listen, listenForSandbox } from '../http/listen.js';
import type { SandboxIdentity } from '../http/channel.js';
import { commandLine } from '../platform/actor.js';
import { createLogger } from '../platform/logger.js';
import type { PreviewReader } from '../ports/preview-reader.js';
import { createClient, type Client } from './client.js';
import { testDatabase } from './database.js';
import { password } from './password.js';

export { password };

export interface TestPlatform {
  readonly config: Config;
  readonly platform: Platform;
  readonly db: Awaited<ReturnType<typeof testDatabase>>['db'];
  /** A client without credentials on the hub. */
  readonly anonymous: Client;
  /** Makes a user and signs them in with a bearer token. */
  user(name: string, more?: { admin?: boolean }): Promise<Client>;
  /** A client on a sandbox's own socket. */
  sandbox(identity: SandboxIdentity): Promise<Client>;
  close(): Promise<void>;
}

/** What a test has of it that runs sandboxes. */
interface WithSandboxes {
  /** Who they run as; needed by root. */
  readonly sandbox?: Config['sandbox'];
  readonly previewReader?: PreviewReader;
}

interface WithDisk {
  /** Bytes of the disk that are kept free. */
  readonly reserve?: number;
}

/** The whole API server on a unix socket, over a database of its own. */
export const startPlatform = async ({
  sandbox,
  previewReader,
  reserve = 0
}: WithSandboxes & WithDisk = {}): Promise<TestPlatform> => {
  const database = await testDatabase();
  const data = mkdtempSync(join(tmpdir(), 'hopslab-test-'));
  const root = join(data, 'root');
  mkdirSync(join(root, 'extension', 'hub-dist', 'assets'), { recursive: true });
  writeFileSync(join(root, 'extension', 'hub-dist', 'index.html'), '<!doctype html><title>hub</title>');
  const config: Config = {
    root,
    data,
    run: data,
    tools: join(data, 'tools'),
    port: 8443,
    programsPort: 8444,
    caKeySecretFile: undefined,
    base: 'hopslab.localhost',
    sandbox,
    build: 'test',
    databaseUrl: database.url,
    logLevel: 'fatal',
    idleMinutes: 60,
    sparkIdleMinutes: 10,
    controlGroups: true,
    disk: { own: 2 ** 30, reserve },
    pretendedGpus: undefined,
    uploadLimit: 2 ** 20,
    trashDays: 30,
    uploadHours: 24,
    quota: { graceMinutes: 60, storageGraceMinutes: 30 },
    trustedProxies: [],
    egressPorts: [443],
    egressClosed: [],
    connectionsPerAddress: 100,
    slowestUpload: 16_384
  };
  // Those of `sandbox()` are sockets without a process, which count as running.
  const sandboxes = new Set<string>();
  const platform = compose(config, createLogger('test', config.logLevel), {
    sandboxRuns: id => Promise.resolve(sandboxes.has(id)),
    ...(previewReader && { previewReader })
  });
  await platform.start();
  const servers: Server[] = [];
  const path = join(data, 's.sock');
  servers.push(await listen(platform.handler, { path }));
  const anonymous = createClient({ socketPath: path, host: 'hopslab.localhost:8443' });

  return {
    config,
    platform,
    db: database.db,
    anonymous,
    async user(name, { admin = false } = {}) {
      await platform.auth.createUser(commandLine, {
        username: name,
        password,
        displayName: name.toUpperCase(),
        admin
      });
      const { body } = await anonymous.send('POST', '/api/v1/auth/login', {
        body: { username: name, password }
      });
      return anonymous.with({ authorization: `Bearer ${(body as { token: string }).token}` });
    },
    async sandbox(identity) {
      sandboxes.add(identity.sandbox);
      const socketPath = join(data, `${randomBytes(4).toString('hex')}.sock`);
      servers.push(await listenForSandbox(platform.handler, socketPath, identity));
      return createClient({ socketPath, host: 'localhost' });
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await platform.close();
      await database.close();
      rmSync(data, { recursive: true, force: true });
    }
  };
};
