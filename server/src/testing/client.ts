import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

type Headers = Readonly<Record<string, string>>;

export interface Client {
  send(
    method: string,
    path: string,
    more?: { body?: unknown; raw?: string | Buffer; headers?: Headers }
  ): Promise<Answer>;
  /** The same client with more headers on every request. */
  with(headers: Headers): Client;
  /** Reads an event stream until `enough` says so. */
  events(path: string, enough: (events: StreamEvent[]) => boolean, headers?: Headers): Promise<StreamEvent[]>;
}

export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

const parseEvents = (whole: string): StreamEvent[] =>
  whole
    .split('\n\n')
    .slice(0, -1)
    .map(
      block =>
        Object.fromEntries(
          block.split('\n').map(line => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? ['', ''])
        ) as Record<string, string>
    )
    .filter(fields => fields['data'] !== undefined)
    .map(fields => ({
      id: fields['id'] ?? '',
      event: fields['event'] ?? 'message',
      data: JSON.parse(fields['data'] ?? '') as unknown
    }));

/** Where a server listens, and by which name it is asked. */
type To = { readonly host: string } & (
  { readonly socketPath: string } | { readonly port: number; readonly hostname: string }
);

export const createClient = ({ host, ...to }: To, headers: Headers = {}): Client => ({
  send: (method, path, { body, raw, headers: more } = {}) =>
    new Promise((resolve, reject) => {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const sent = request(
        {
          ...to,
          method,
          path,
          headers: {
            host,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) }),
            ...headers,
            ...more
          }
        },
        response => {
          text(response).then(whole => {
            const isJson = whole !== '' && /[/+]json/.test(response.headers['content-type'] ?? '');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: isJson ? (JSON.parse(whole) as unknown) : whole
            });
          }, reject);
        }
      );
      sent.once('error', reject);
      sent.end(payload);
    }),

  with: more => createClient({ host, ...to }, { ...headers, ...more }),

  events: (path, enough, more) =>
    new Promise((resolve, reject) => {
      const sent = request({ ...to, path, headers: { host, ...headers, ...more } }, response => {
        let whole = '';
        response.setEncoding('utf8');
        if (response.statusCode !== 200)
          reject(new Error(`the stream was answered ${String(response.statusCode)}`));
        response.on('data', (chunk: string) => {
          whole += chunk;
          const events = parseEvents(whole);
          if (!enough(events)) return;
          resolve(events);
          sent.destroy();
        });
        response.on('end', () => {
          reject(new Error(`the stream ended early: ${whole}`));
        });
      });
      sent.on('error', reject);
      sent.end();
    })
});
