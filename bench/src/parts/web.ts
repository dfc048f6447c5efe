import { readFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { Agent, request as secure } from 'node:https';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A site on this machine, asked with one token. Its name need not resolve: every connection goes to loopback. */
export interface Site {
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  socket(path: string): WebSocket;
  /** The same site's sibling: another host name, or another token. */
  at(url: string, token?: string): Site;
}

const parsed = (type: string | undefined, whole: string): unknown =>
  type?.includes('json') && whole !== '' ? JSON.parse(whole) : whole;

/** `ca`: a file of the authority that is trusted. */
export const createSite = (url: string, token?: string, ca?: string): Site => {
  const { protocol, hostname, port, host, pathname } = new URL(url);
  const tls = protocol === 'https:';
  const headers = { host, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const to = {
    host: '127.0.0.1',
    port: Number(port),
    ...(tls && { servername: hostname, ca: ca === undefined ? undefined : readFileSync(ca) })
  };
  const agent = tls ? new Agent({ keepAlive: true, ...to }) : undefined;
  const below = (path: string): string => pathname.replace(/\/$/, '') + path;

  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const sent = (tls ? secure : plain)(
          {
            ...to,
            ...(agent && { agent }),
            method,
            path: below(path),
            headers: {
              ...headers,
              ...(payload !== undefined && {
                'content-type': 'application/json',
                'content-length': Buffer.byteLength(payload)
              })
            }
          },
          response => {
            text(response).then(
              whole =>
                resolve({
                  status: response.statusCode ?? 0,
                  body: parsed(response.headers['content-type'], whole)
                }),
              reject
            );
          }
        );
        sent.once('error', reject);
        sent.end(payload);
      }),

    socket: path =>
      new WebSocket(`${tls ? 'wss' : 'ws'}://127.0.0.1:${port}${below(path)}`, { ...to, headers }),

    at: (other, otherToken = token) => createSite(other, otherToken, ca)
  };
};

/** The body of an answer that must be one of the good ones. */
export const good = async <T>(answer: Promise<Answer>): Promise<T> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  return body as T;
};
