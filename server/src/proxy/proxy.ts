import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../platform/logger.js';
import type { Origins, Site } from '../platform/origins.js';
import { problem, type ProblemError } from '../platform/problem.js';
import type { Clients } from './clients.js';
import { connectOwn, connectSandbox } from './connect.js';
import { forward } from './forward.js';
import type { Gate } from './gate.js';
import { givesFiles, handedOut, mostBytes, type HandingOut } from './handing-out.js';
import { fromApi, toApi, toSandbox, transportSecurity } from './headers.js';
import type { Meter } from '../platform/meter.js';
import type { OpenConnections } from './open-connections.js';
import { isForeignPart, isFromOwnOrigin, isNavigation, isServiceWorker } from './origin-check.js';
import { createSandboxPools, poolOver } from './pools.js';
import { asProblem, refuse, responseOn } from './refusal.js';
import { checkRequest } from './request-rules.js';
import type { Route, RouteTable } from './route-table.js';
import { fromSandbox } from './sandbox-response.js';
import { answererOfPath } from './target.js';
import { isSoundUpgrade, tunnel } from './tunnel.js';
import { usualPace, type Pace } from './upload.js';
import type { Watch } from './watch.js';

export interface ProxyDeps {
  readonly origins: Origins;
  /** The API server's socket. */
  readonly api: string;
  readonly table: RouteTable;
  readonly gate: Gate;
  readonly open: OpenConnections;
  readonly clients: Clients;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Who owns what sandboxes make, where that is not us. */
  readonly sandboxUid?: number | undefined;
  readonly patience?: Partial<Patience>;
  readonly pace?: Pace | undefined;
}

/** How long to wait, in ms. */
export interface Patience {
  /** For a connection that is refused. */
  readonly connect: number;
  /** For the head of the API's answer; it is quick, or being started again behind its listening socket. */
  readonly api: number;
  /** For the head of a notebook server's answer: starting a kernel or converting a notebook takes long. */
  readonly sandbox: number;
}

const usual: Patience = { connect: 5000, api: 30_000, sandbox: 300_000 };

const misdirected = () =>
  problem(
    'request.misdirected',
    'Use the address that the installation was started with, its port included.'
  );

/** A piece of a file at a time would pass every limit on an answer. */
const wholeOnly = (headers: readonly string[]): string[] =>
  headers.filter((_, i) => (headers[i - (i % 2)] ?? '').toLowerCase() !== 'range');

const isOwner = ({ role }: Route): boolean => role === 'data_owner';

/** The data plane: decides for each request who answers it, and passes it on. */
export const createProxy = (deps: ProxyDeps) => {
  const { origins, table, gate, open, clients, meter, logger, pace = usualPace } = deps;
  const patience = { ...usual, ...deps.patience };
  const apiPool = poolOver(() => connectOwn(deps.api, patience.connect));
  const connectTo = (path: string) => connectSandbox(path, deps.sandboxUid, patience.connect);
  const pools = createSandboxPools(connectTo);
  table.onChange(() => pools.keepOnly(table.sockets()));

  const toApiServer = (request: IncomingMessage, response: ServerResponse): void => {
    forward(request, response, {
      pool: apiPool,
      name: 'The server',
      handsOver: true,
      headers: toApi(request, clients.addressOf(request)),
      answer: raw => [...fromApi(raw), ...transportSecurity(request.headers.host)],
      patience: patience.api,
      pace
    });
  };

  const toHub = (request: IncomingMessage, response: ServerResponse): void => {
    if (isForeignPart(request))
      throw problem('auth.wrong-origin', 'The request was made by a page of another origin.');
    toApiServer(request, response);
  };

  /** Throws for a request on a notebook origin that no page there, nor a program, has made. */
  const checkOrigin = (request: IncomingMessage, own: string): void => {
    const program = request.headers.authorization !== undefined;
    if (!isFromOwnOrigin(request, own, program))
      throw problem('auth.wrong-origin', 'The request was made by a page of another origin.');
    if (isServiceWorker(request))
      throw problem(
        'access.denied',
        'Service workers are not allowed on a notebook’s origin; nobody can grant it.'
      );
  };

  const answerOf = (request: IncomingMessage) => (raw: readonly string[]) => [
    ...fromSandbox(raw),
    ...transportSecurity(request.headers.host)
  ];

  const notebookServer = (request: IncomingMessage, socket: string, own: string) => ({
    pool: pools.of(socket),
    name: 'The notebook server',
    headers: toSandbox(request, own),
    answer: answerOf(request),
    patience: patience.sandbox,
    pace
  });

  const watchOf = (route: Route, most: number): Watch => ({
    mostBytes: most,
    sent: bytes => {
      meter.add(route, bytes);
    }
  });

  /** Passes a data scientist's request on as far as it hands out no data. */
  const handOut = (
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    socket: string,
    out: HandingOut
  ): void => {
    if ('elsewhere' in out) {
      response.writeHead(302, { Location: out.elsewhere, 'Cache-Control': 'no-store', 'Content-Length': 0 });
      response.end();
      return;
    }
    const to = notebookServer(request, socket, origins.notebook(route.label));
    forward(request, response, {
      ...to,
      headers: wholeOnly(to.headers),
      target: out.target,
      watch: watchOf(route, out.mostBytes)
    });
  };

  const toNotebook = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    label: string
  ) => {
    const own = origins.notebook(label);
    checkOrigin(request, own);
    const answerer = answererOfPath(path);
    if (answerer === undefined) throw problem('request.invalid', 'The path can be read in two ways.');
    if (answerer === 'api') {
      toApiServer(request, response);
      return;
    }
    const { entrant, route, socket } = await gate(request, label);
    if (response.destroyed) return;
    open.add(request.socket, entrant);
    if (isOwner(route)) forward(request, response, notebookServer(request, socket, own));
    else {
      const [method, target] = [request.method ?? '', request.url ?? ''];
      handOut(request, response, route, socket, handedOut({ method, target, path, project: route.project }));
    }
  };

  /** Sends a person who may not come in, or not yet, to where they can; tells a program what is wrong. */
  const turnAway = (
    request: IncomingMessage,
    response: ServerResponse,
    error: ProblemError,
    site: Site
  ): void => {
    const helped = ['auth.required', 'auth.expired', 'notebook.absent', 'notebook.not-ready'].includes(
      error.code
    );
    if (site.kind !== 'notebook' || !helped || !isNavigation(request)) {
      refuse(request, response, error);
      return;
    }
    response.writeHead(302, {
      Location: `${origins.hub}/?from=${site.label}`,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'Content-Length': 0
    });
    response.end();
  };

  const told = (error: unknown): ProblemError => {
    const known = asProblem(error);
    if (known.code === 'server.fault') logger.error({ err: error }, 'unexpected fault');
    return known;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const site = origins.siteOf(request.headers.host);
    try {
      const path = checkRequest(request);
      clients.admit(request, response);
      if (site.kind === 'hub') toHub(request, response);
      else if (site.kind === 'notebook') await toNotebook(request, response, path, site.label);
      else throw misdirected();
    } catch (error) {
      turnAway(request, response, told(error), site);
    }
  };

  const upgrade = async (request: IncomingMessage, socket: Socket, first: Buffer): Promise<void> => {
    try {
      const path = checkRequest(request);
      clients.admit(request, socket);
      const site = origins.siteOf(request.headers.host);
      if (site.kind === 'unknown') throw misdirected();
      if (!isSoundUpgrade(request))
        throw problem('request.invalid', 'This is not a WebSocket of version 13.');
      if (site.kind === 'hub' || answererOfPath(path) !== 'sandbox')
        throw problem('route.unknown', 'There is no WebSocket at this address.');
      const own = origins.notebook(site.label);
      checkOrigin(request, own);
      const { entrant, route, socket: inner } = await gate(request, site.label);
      if (socket.destroyed) return;
      // An upgrade that is not granted is answered like any request.
      if (!isOwner(route) && givesFiles(path))
        throw problem('route.unknown', 'There is no WebSocket at this address.');
      open.add(socket, entrant);
      const headers = toSandbox(request, own);
      await tunnel(request, socket, first, {
        name: 'The notebook server',
        connect: () => connectTo(inner),
        headers: isOwner(route) ? headers : wholeOnly(headers),
        answer: answerOf(request),
        patience: patience.api,
        ...(!isOwner(route) && { watch: watchOf(route, mostBytes.other) })
      });
    } catch (error) {
      refuse(request, responseOn(request, socket), told(error));
    }
  };

  return {
    handle: (request: IncomingMessage, response: ServerResponse) => void handle(request, response),
    upgrade: (request: IncomingMessage, socket: Socket, first: Buffer) => {
      // Until something listens, a broken connection must not end the process.
      socket.on('error', () => socket.destroy());
      void upgrade(request, socket, first);
    },
    close(): void {
      void apiPool.destroy();
      pools.close();
    }
  };
};
export type Proxy = ReturnType<typeof createProxy>;
