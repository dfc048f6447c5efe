import type { IncomingMessage } from 'node:http';
import { problem } from '../platform/problem.js';
import { valuesOf } from './headers.js';
import { pathOf } from './target.js';

/** Headers that decide something: said twice, two readers could each believe another one. */
const once = [
  'authorization',
  'content-length',
  'host',
  'origin',
  'sec-fetch-site',
  'transfer-encoding',
  'upgrade'
];

const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

const mostHeaders = 200;

/** What every request has to keep to, wherever it goes; answers its path. */
export const checkRequest = (request: IncomingMessage): string => {
  if (!methods.has(request.method ?? ''))
    throw problem('route.method', `${request.method ?? ''} is not allowed here.`);
  if (request.rawHeaders.length > 2 * mostHeaders)
    throw problem('request.invalid', `There are more than ${mostHeaders} headers.`);
  for (const name of once)
    if (valuesOf(request.rawHeaders, name).length > 1)
      throw problem('request.invalid', `The header ${name} came more than once.`);
  const path = pathOf(request.url ?? '');
  if (path === undefined)
    throw problem(
      'request.invalid',
      'The address has to be a path, with everything unusual in it percent-encoded.'
    );
  return path;
};
