import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateHeader } from '../domains/devices/devices.channel.js';
import type { Logger } from '../platform/logger.js';
import type { Origins } from '../platform/origins.js';
import { problem } from '../platform/problem.js';
import type { Clients } from './clients.js';
import { connectOwn } from './connect.js';
import type { DeviceTable } from './device-table.js';
import { forward } from './forward.js';
import { fromApi, toApi, transportSecurity } from './headers.js';
import { poolOver } from './pools.js';
import { asProblem, refuse, responseOn } from './refusal.js';
import { checkRequest } from './request-rules.js';
import { usualPace, type Pace } from './upload.js';

export interface ProgramsDeps {
  /** The programs' port's own. */
  readonly origins: Origins;
  /** The API server's socket. */
  readonly api: string;
  readonly devices: DeviceTable;
  readonly clients: Clients;
  readonly logger: Logger;
  readonly pace?: Pace | undefined;
}

const patience = { connect: 5000, answer: 30_000 };

/** What programs come for; the hub's pages are for browsers. */
const isForPrograms = (path: string): boolean =>
  /^\/(api\/v1(\/|$)|api\/openapi\.json$|health$|ready$)/.test(path);

/** The SHA-256 of the certificate that the client showed; undefined where it showed none. */
const fingerprintOf = (socket: TLSSocket): string | undefined =>
  socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();

const notGood = () =>
  problem(
    'auth.certificate',
    'It is unknown, has expired or was revoked. Issue another one for this device, on the hub or with a token.'
  );

/**
 * The programs' port: it asks for a client certificate, which the browsers' port never does, and passes on to the API
 * which one it was. What is good is looked up for every request, and again whenever that changes: what a revoked one
 * holds open ends.
 */
export const createPrograms = (deps: ProgramsDeps) => {
  const { origins, devices, clients, logger, pace = usualPace } = deps;
  const pool = poolOver(() => connectOwn(deps.api, patience.connect));
  const open = new Map<TLSSocket, string>();

  const sweep = (): void => {
    for (const [socket, fingerprint] of open)
      if (!devices.has(fingerprint)) {
        open.delete(socket);
        socket.destroy();
      }
  };
  devices.onChange(sweep);

  const isGood = async (fingerprint: string): Promise<boolean> => {
    // What has just been issued may not have been read yet.
    if (!devices.has(fingerprint)) await devices.refresh();
    if (!devices.known)
      throw problem('service.unavailable', 'The database has not answered yet; try again in a moment.');
    return devices.has(fingerprint);
  };

  /** The certificate that the request comes with, if there is one; throws for one that is not good. */
  const credential = async (request: IncomingMessage): Promise<string | undefined> => {
    const { socket } = request;
    if (!(socket instanceof TLSSocket)) throw new Error('the programs’ port speaks TLS only');
    const fingerprint = fingerprintOf(socket);
    if (fingerprint === undefined) return undefined;
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined || cookie !== undefined)
      throw problem(
        'auth.two-credentials',
        'The certificate says who you are; send no Authorization header and no cookie with it.'
      );
    if (!socket.authorized || !(await isGood(fingerprint))) throw notGood();
    if (!open.has(socket)) socket.once('close', () => open.delete(socket));
    open.set(socket, fingerprint);
    return fingerprint;
  };

  /** A browser that holds a certificate would show it for any page that asks. */
  const refuseBrowsers = ({ headers }: IncomingMessage): void => {
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
      throw problem('auth.wrong-origin', 'This port is for programs. In a browser, use the hub.');
  };

  const headersOf = (request: IncomingMessage, fingerprint: string | undefined): string[] => {
    const passed = toApi(request, clients.addressOf(request));
    // No cookie signs anybody in here: a browser sends those of the other port along.
    const kept = passed.flatMap((name, i) =>
      i % 2 === 0 && name.toLowerCase() !== 'cookie' ? [name, passed[i + 1] ?? ''] : []
    );
    return fingerprint === undefined ? kept : [...kept, certificateHeader, fingerprint];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const path = checkRequest(request);
      clients.admit(request, response);
      if (origins.siteOf(request.headers.host).kind !== 'hub')
        throw problem('request.misdirected', 'This port answers by the hub’s own name only.');
      refuseBrowsers(request);
      if (!isForPrograms(path))
        throw problem(
          'route.unknown',
          'This port answers the API only; the hub’s pages are on its other port.'
        );
      const fingerprint = await credential(request);
      if (response.destroyed) return;
      forward(request, response, {
        pool,
        name: 'The server',
        handsOver: true,
        headers: headersOf(request, fingerprint),
        answer: raw => [...fromApi(raw), ...transportSecurity(request.headers.host)],
        patience: patience.answer,
        pace
      });
    } catch (error) {
      const known = asProblem(error);
      if (known.code === 'server.fault') logger.error({ err: error }, 'unexpected fault');
      refuse(request, response, known);
    }
  };

  return {
    handle: (request: IncomingMessage, response: ServerResponse) => void handle(request, response),
    upgrade: (request: IncomingMessage, socket: Socket) => {
      socket.on('error', () => socket.destroy());
      refuse(
        request,
        responseOn(request, socket),
        problem('route.unknown', 'There is no WebSocket at this address.')
      );
    },
    /** A certificate ends by its own clock too. */
    sweep,
    close(): void {
      void pool.destroy();
    }
  };
};
