import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

/** Every name of an installation is this machine. */
export const loopback: LookupFunction = (_name, options, found) => {
  if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Of the cookies that it sets, names and values. */
  readonly cookies: readonly string[];
}

export interface Event {
  readonly id: string;
  readonly event: string;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that it may take altogether. */
  readonly patience?: number;
}

const eventsIn = (whole: string): Event[] =>
  whole
    .split('\n\n')
    .slice(0, -1)
    .map(block => ({
      id: /^id: ?(.*)$/m.exec(block)?.[1] ?? '',
      event: /^event: ?(.*)$/m.exec(block)?.[1] ?? ''
    }))
    .filter(({ id }) => id !== '');

/** Sends requests through the proxy, each on a connection of its own, trusting the installation's CA. */
export const createLine = (ca: string) => {
  const trust = readFileSync(ca);
  const agent = new Agent({ ca: trust, keepAlive: false, lookup: loopback });

  const send = (url: string, asked: Asked = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = asked.body === undefined ? undefined : JSON.stringify(asked.body);
      const sent = request(
        url,
        {
          agent,
          method: asked.method ?? 'GET',
          headers: {
            ...(payload === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
            ...asked.headers
          },
          signal: AbortSignal.timeout(asked.patience ?? 30_000)
        },
        response => {
          text(response).then(whole => {
            const isJson = /json/.test(response.headers['content-type'] ?? '');
            resolve({
              status: response.statusCode ?? 0,
              body: isJson ? JSON.parse(whole) : whole,
              cookies: (response.headers['set-cookie'] ?? []).map(cookie => cookie.split(';')[0] ?? '')
            });
          }, reject);
        }
      );
      sent.once('error', reject);
      sent.end(payload);
    });

  /** Reads an event stream until it has said enough. */
  const follow = (
    url: string,
    headers: Readonly<Record<string, string>>,
    enough: (events: readonly Event[]) => boolean
  ): Promise<readonly Event[]> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { agent, headers, signal: AbortSignal.timeout(60_000) }, response => {
        let whole = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          whole += chunk;
          const events = eventsIn(whole);
          if (!enough(events)) return;
          resolve(events);
          sent.destroy();
        });
        response.on('end', () => reject(new Error(`the stream ended early: ${whole}`)));
      });
      sent.once('error', reject);
      sent.end();
    });

  return { send, follow, trust };
};
export type Line = ReturnType<typeof createLine>;
