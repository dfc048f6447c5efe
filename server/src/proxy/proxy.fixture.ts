import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server
} from 'node:http';
import { request as secureRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { createTokens } from '../domains/auth/auth.tokens.js';
import { createNotebookCookies, notebookCookie } from '../domains/auth/notebook-cookie.js';
import { labelOf } from '../platform/label.js';
import { createOrigins } from '../platform/origins.js';
import type { CertificateFiles } from './certificate.js';
import { createClients } from './clients.js';
import type { Pace } from './upload.js';
import { createGate } from './gate.js';
import type { Meter } from '../platform/meter.js';
import { createOpenConnections } from './open-connections.js';
import { createProxy, type Patience } from './proxy.js';
import type { Route, RouteTable } from './route-table.js';
import { serve } from './serve.js';

export const base = 'hopslab-test.localhost';
export const logger = pino({ level: 'silent' });
const key = Buffer.alloc(32, 7);

/** A self-signed pair for every name of the tests. */
export const selfSigned = (folder: string, commonName = base): CertificateFiles => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    publicKey.export({ type: 'spki', format: 'pem' }).toString()
  );
  certificate.serialNumber = '01';
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  certificate.setIssuer([{ name: 'commonName', value: commonName }]);
  certificate.sign(forge.pki.privateKeyFromPem(keyPem), forge.md.sha256.create());
  const files = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  writeFileSync(files.key, createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(files.certificate, new X509Certificate(forge.pki.certificateToPem(certificate)).toString());
  return files;
};

/** A table that a test writes. */
const memoryTable = () => {
  const routes = new Map<string, Route>();
  const listeners: (() => void)[] = [];
  const table: RouteTable = {
    known: true,
    lookup: label => routes.get(label),
    sockets: () => new Set([...routes.values()].flatMap(route => route.socket ?? [])),
    refresh: () => Promise.resolve(),
    onChange: listener => void listeners.push(listener)
  };
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    table,
    set(route: Omit<Route, 'label' | 'accessTokens'> & Partial<Pick<Route, 'accessTokens'>>): void {
      const label = labelOf(route.project, route.user);
      routes.set(label, { accessTokens: new Map(), ...route, label });
      changed();
    },
    remove(project: string, user: string): void {
      routes.delete(labelOf(project, user));
      changed();
    }
  };
};

export const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, () => resolve());
  });

/** A backend on a unix socket that remembers the heads it got; `/ws` echoes. */
export const backend = async (path: string, answer: RequestListener) => {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    seen.push(request);
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  await listening(server, path);
  return {
    seen,
    server,
    sockets,
    last: () => seen.at(-1),
    async close(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  };
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Ask {
  readonly host?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

export const codeOf = (answer: Answer): unknown => (JSON.parse(answer.body) as { code?: unknown }).code;

export interface WorldOptions {
  readonly api?: RequestListener;
  readonly notebook?: RequestListener;
  readonly patience?: Partial<Patience>;
  readonly pace?: Pace;
  readonly trustedProxies?: readonly string[];
  readonly most?: number;
}

/** A proxy over TLS with an API server and one notebook server (ada in the project demo) behind it. */
export const world = async (options: WorldOptions = {}) => {
  const { api, notebook, patience, pace, trustedProxies = [], most = 1000 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'hopslab-proxy-'));
  const paths = { api: join(folder, 'server.sock'), notebook: join(folder, 'jupyter.sock') };
  const ok: RequestListener = (_, response) => response.end('ok');
  const behind = {
    api: await backend(paths.api, api ?? ok),
    notebook: await backend(paths.notebook, notebook ?? ok)
  };
  const cookies = createNotebookCookies(key);
  const tokens = createTokens(Buffer.alloc(32, 9));
  const routes = memoryTable();
  const ada = {
    project: 'demo',
    user: 'ada',
    role: 'data_owner' as const,
    epoch: 1,
    sessions: new Map([['s1', 'browser'] as const])
  };
  routes.set({ ...ada, socket: paths.notebook });
  const label = labelOf('demo', 'ada');

  // The port is part of every origin, so it has to be known before the proxy is made.
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', () => resolve()));
  const { port } = probe.address() as AddressInfo;
  await new Promise(resolve => probe.close(resolve));

  const origins = createOrigins(base, port);
  const open = createOpenConnections(routes.table);
  const gate = createGate({ table: routes.table, cookies, verifyBearer: token => tokens.verify(token) });
  const clients = createClients({ trustedProxies, most, logger });
  const seen = new Map<string, number>();
  const meter: Meter = {
    add: ({ user }, bytes) => void seen.set(user, (seen.get(user) ?? 0) + bytes)
  };
  const proxy = createProxy({
    origins,
    api: paths.api,
    table: routes.table,
    gate,
    open,
    clients,
    meter,
    pace,
    logger,
    patience: patience ?? {}
  });
  const files = selfSigned(folder);
  const { server, close } = await serve(proxy, clients, files, { port, host: '127.0.0.1' }, logger);
  const host = { hub: `${base}:${port}`, notebook: `${label}.${base}:${port}` };

  const passFor = async (
    more: Partial<{ project: string; user: string; session: string; epoch: number; expiresAt: Date }> = {}
  ) => {
    const pass = {
      project: 'demo',
      user: 'ada',
      session: 's1',
      epoch: 1,
      expiresAt: new Date(Date.now() + 60_000),
      ...more
    };
    return `${notebookCookie}=${await cookies.seal(pass)}`;
  };

  /** Sends a request and answers as soon as the head of the answer is there. */
  const start = (path: string, { host: to, method, headers, body }: Ask = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const outgoing = secureRequest(
        {
          host: '127.0.0.1',
          port,
          path,
          method,
          rejectUnauthorized: false,
          agent: false,
          headers: { host: to ?? host.hub, ...headers }
        },
        resolve
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  const ask = async (path: string, how: Ask = {}): Promise<Answer> => {
    const message = await start(path, how);
    return { status: message.statusCode ?? 0, headers: message.headers, body: await bodyOf(message) };
  };

  return {
    folder,
    paths,
    behind,
    routes,
    ada,
    label,
    port,
    origins,
    open,
    clients,
    seen,
    proxy,
    server,
    files,
    host,
    cookies,
    tokens,
    passFor,
    ask,
    start,
    async close(): Promise<void> {
      proxy.close();
      await close();
      await behind.api.close();
      await behind.notebook.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
};
export type World = Awaited<ReturnType<typeof world>>;
