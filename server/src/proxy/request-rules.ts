import type { IncomingMessage } from 'node:http';
import { problem } from '../platform/problem.js';
import type { RawHeaders } from './headers.js';
import { pathOf } from './target.js';

/** Headers that decide something: said twice, two readers could each believe another one. */
const once = new Set([
  'authorization',
  'content-length',
  'host',
  'origin',
  'sec-fetch-site',
  'transfer-encoding',
  'upgrade'
]);

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

const mostHeaders = 200;

/** A decisive header that came again, if there is one. Node itself joins or drops repeated ones. */
const repeated = (raw: RawHeaders): string | undefined => {
  const seen: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    if (!once.has(name)) continue;
    if (seen.includes(name)) return name;
    seen.push(name);
  }
  return undefined;
};

/** What every request has to keep to, wherever it goes; answers its path. */
export const checkRequest = (request: IncomingMessage): string => {
  if (!methods.has(request.method ?? ''))
    throw problem('route.method', `${request.method ?? ''} is not allowed here.`);
  if (request.rawHeaders.length > 2 * mostHeaders)
    throw problem('request.invalid', `There are more than ${mostHeaders} headers.`);
  const twice = repeated(request.rawHeaders);
  if (twice !== undefined) throw problem('request.invalid', `The header ${twice} came more than once.`);
  const path = pathOf(request.url ?? '');
  if (path === undefined)
    throw problem(
      'request.invalid',
      'The address has to be a path, with everything unusual in it percent-encoded.'
    );
  return path;
};
