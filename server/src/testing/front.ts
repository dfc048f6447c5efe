import type { IncomingMessage } from 'node:http';
import { request, type Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { devices as contract } from '@hopslab/schema';
import { ensureCertificates, ensureDeviceAuthority } from '../adapters/ca/index.js';
import { createTokens } from '../domains/auth/auth.tokens.js';
import { createNotebookCookies } from '../domains/auth/notebook-cookie.js';
import { createOrigins } from '../platform/origins.js';
import { secretIn, secretKey } from '../platform/secrets.js';
import { createClients } from '../proxy/clients.js';
import { createDeviceTable } from '../proxy/device-table.js';
import { createGate } from '../proxy/gate.js';
import { createOpenConnections } from '../proxy/open-connections.js';
import { createPrograms } from '../proxy/programs.js';
import { createProxy } from '../proxy/proxy.js';
import { bodyOf, logger, type Answer, type Ask } from '../proxy/proxy.fixture.js';
import { createPostgresRouteTable } from '../proxy/route-table.postgres.js';
import { serve } from '../proxy/serve.js';
import type { TestPlatform } from './platform.js';

/** A client certificate as a program holds it, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** The key and certificate among the files of an issued certificate. */
export const identityIn = ({ files }: contract.Certificate): Identity => {
  const text = (end: string) =>
    Buffer.from(files.find(file => file.name.endsWith(end))?.content ?? '', 'base64').toString();
  return { cert: text('.crt.pem'), key: text('.key.pem') };
};

/** Both ports of the proxy, as `proxy/main.ts` makes them, before a test platform; `servers` as its route table wants. */
export const openFront = async (platform: TestPlatform, servers: string) => {
  const { data, databaseUrl, base } = platform.config;
  await ensureCertificates(data, base);
  await ensureDeviceAuthority(data, secretIn(undefined, data, 'devices'));
  const tokens = createTokens(secretKey(data, 'tokens'));
  const table = createPostgresRouteTable({ url: databaseUrl, servers, logger });
  const devices = createDeviceTable({ url: databaseUrl, logger });
  const gate = createGate({
    table,
    cookies: createNotebookCookies(secretKey(data, 'notebook-cookie')),
    verifyBearer: token => tokens.verify(token)
  });
  const open = createOpenConnections(table);
  const clients = createClients({ trustedProxies: [], most: 1000, logger });
  const origins = createOrigins(base, platform.config.port);
  const api = join(data, 's.sock');
  const seen = new Map<string, number>();
  const proxy = createProxy({
    origins,
    api,
    table,
    gate,
    open,
    clients,
    meter: { add: ({ user }, bytes) => void seen.set(user, (seen.get(user) ?? 0) + bytes) },
    logger
  });
  const programs = createPrograms({
    origins: createOrigins(base, platform.config.programsPort),
    api,
    devices,
    clients,
    logger
  });
  const tls = join(data, 'secrets', 'tls');
  const files = { certificate: join(tls, 'server.crt'), key: join(tls, 'server.key') };
  const on = { port: 0, host: '127.0.0.1' };
  const browsersFront = await serve(proxy, clients, files, on, logger);
  const programsFront = await serve(
    programs,
    clients,
    { ...files, clientRoots: join(data, 'devices-ca.pem') },
    on,
    logger
  );
  const portOf = (front: typeof browsersFront) => (front.server.address() as AddressInfo).port;
  const hosts = {
    browsers: `${base}:${platform.config.port}`,
    programs: `${base}:${platform.config.programsPort}`
  };

  const asker =
    (port: number, host: string, identity?: Identity, agent: Agent | false = false) =>
    async (path: string, { host: other, method, headers, body }: Ask = {}): Promise<Answer> => {
      const how = { host: '127.0.0.1', port, path, method, rejectUnauthorized: false, agent, ...identity };
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request({ ...how, headers: { host: other ?? host, ...json, ...headers } }, resolve)
          .on('error', reject)
          .end(body);
      });
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer) };
    };

  return {
    origins,
    hosts,
    /** Bytes that data scientists were sent. */
    seen,
    port: portOf(browsersFront),
    programsPort: portOf(programsFront),
    ask: asker(portOf(browsersFront), hosts.browsers),
    /** A program with a certificate, or without one. */
    program: (identity?: Identity, agent?: Agent) =>
      asker(portOf(programsFront), hosts.programs, identity, agent),
    async close(): Promise<void> {
      proxy.close();
      programs.close();
      await Promise.all([browsersFront.close(), programsFront.close()]);
      await Promise.all([table.close(), devices.close()]);
    }
  };
};
export type Front = Awaited<ReturnType<typeof openFront>>;
