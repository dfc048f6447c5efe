import type { IncomingMessage } from 'node:http';
import { canTakeFiles } from '../platform/handed-file.js';
import { onlyJupyters, withoutForeignCookies } from './cookies.js';

/** Names and values in turn, as they came over the wire (`message.rawHeaders`). */
export type RawHeaders = readonly string[];

/** Headers that belong to one connection (RFC 9110 7.6.1), and `Expect`, which Node has answered already. */
const hopByHop = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
]);

/** A client may not have these taken out by naming them in `Connection`: decisions hang on them. */
const decisive = new Set([
  'authorization',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'origin',
  'x-csrf-token'
]);

export const pairsOf = (raw: RawHeaders): [name: string, value: string][] =>
  Array.from({ length: raw.length >> 1 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? '']);

/** Bytes of a head, as it is written. */
export const bytesOf = (raw: RawHeaders): number => raw.reduce((sum, part) => sum + part.length + 2, 0);

/** Where a request says that it came from: only we say so. */
const saysWhereFrom = (name: string): boolean =>
  name.startsWith('x-hopslab-') ||
  name.startsWith('x-forwarded-') ||
  name === 'forwarded' ||
  name === 'x-real-ip';

type Keep = (name: string, value: string) => string | undefined;

/** What `Connection` names beside the usual; nearly always nothing. */
const namedIn = (connection: string): string[] =>
  connection
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => !hopByHop.has(name) && !decisive.has(name));

/** Passes end-to-end headers through `keep`, which answers the value to send, or undefined for none. */
export const passThrough = (raw: RawHeaders, keep: Keep): string[] => {
  const passed: string[] = [];
  const named: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const [name, value] = [raw[i] ?? '', raw[i + 1] ?? ''];
    const lower = name.toLowerCase();
    if (lower === 'connection') named.push(...namedIn(value));
    if (hopByHop.has(lower)) continue;
    const kept = keep(lower, value);
    if (kept !== undefined) passed.push(name, kept);
  }
  return named.length === 0
    ? passed
    : pairsOf(passed)
        .filter(([name]) => !named.includes(name.toLowerCase()))
        .flat();
};

const takesBody = new Set(['POST', 'PUT', 'PATCH']);

/** The body's length, if it was said; a body without one is passed on in chunks. */
const framing = (request: IncomingMessage): string[] => {
  const length = request.headers['content-length'];
  if (length !== undefined) return ['Content-Length', length];
  return takesBody.has(request.method ?? '') && !hasBody(request) ? ['Content-Length', '0'] : [];
};

export const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || (request.headers['content-length'] ?? '0') !== '0';

/** Fewer bytes come sooner with the request than they are written beside it. */
const worthTaking = 1024 * 1024;
const isFile = /^\/api\/v1\/projects\/[^/]+\/datasets\/[^/]+\/files\/./;

/** How many bytes of an upload are ours to write; undefined where they go on with the request. */
export const bytesToWrite = ({ method, url = '', headers }: IncomingMessage): number | undefined => {
  const bytes = Number(headers['content-length'] ?? 0);
  return method === 'PUT' && bytes >= worthTaking && isFile.test(url) ? bytes : undefined;
};

/** What we can do of ourselves with the file that is asked for or sent. */
const taking = (request: IncomingMessage): string[] => {
  const bytes = bytesToWrite(request);
  if (bytes !== undefined) return [canTakeFiles, String(bytes)];
  return request.method === 'GET' ? [canTakeFiles, '1'] : [];
};

/** To our own API server: nobody but us says where a request came from. */
export const toApi = (request: IncomingMessage, clientAddress: string): string[] => [
  ...passThrough(request.rawHeaders, (name, value) => {
    if (saysWhereFrom(name) || name === 'content-length') return undefined;
    return name === 'cookie' ? withoutForeignCookies(value) : value;
  }),
  ...(bytesToWrite(request) === undefined ? framing(request) : []),
  'X-Hopslab-Client-Address',
  clientAddress,
  ...taking(request)
];

const secrets = new Set(['authorization', 'x-csrf-token']);
const rewritten = new Set(['host', 'origin', 'referer', 'content-length']);

/** To a sandbox, whose users control what runs there: nothing of ours, and a host name it takes for its own. */
export const toSandbox = (request: IncomingMessage, own: string): string[] => {
  const { origin, referer } = request.headers;
  return [
    'Host',
    'localhost',
    ...(origin === own ? ['Origin', 'http://localhost'] : []),
    ...(referer?.startsWith(`${own}/`) ? ['Referer', `http://localhost${referer.slice(own.length)}`] : []),
    ...passThrough(request.rawHeaders, (name, value) => {
      if (saysWhereFrom(name) || secrets.has(name) || rewritten.has(name)) return undefined;
      return name === 'cookie' ? onlyJupyters(value) : value;
    }),
    ...framing(request)
  ];
};

/** Tells the browser to come by TLS only; never for names that other programs on a person's machine use too. */
export const transportSecurity = (host: string | undefined): string[] =>
  /^(localhost|127\.0\.0\.1)(:|$)/i.test(host ?? '') ? [] : ['Strict-Transport-Security', 'max-age=31536000'];

/** What the API says to us alone does not go on. */
export const fromApi = (raw: RawHeaders): string[] =>
  passThrough(raw, (name, value) => (name.startsWith('x-hopslab-') ? undefined : value));
