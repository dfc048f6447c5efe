import type { AnyEndpoint, Checked, Fault } from '@hopslab/schema';
import bodyParser from '@koa/bodyparser';
import type { z } from 'zod';
import { problem } from '../platform/problem.js';
import { storable } from '../platform/text.js';
import type { Ctx } from './context.js';

const escape = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

const faultsOf = (where: string, error: z.ZodError): Fault[] =>
  error.issues.map(issue => ({
    pointer: `/${[where, ...issue.path].map(escape).join('/')}`,
    detail: issue.message
  }));

/** Nothing that is asked for holds a NUL; the database refuses to be asked. */
const nulFaults = (query: Readonly<Record<string, unknown>>): Fault[] =>
  Object.entries(query)
    .filter(([, value]) => String(value).includes('\0'))
    .map(([name]) => ({ pointer: `/query/${escape(name)}`, detail: 'holds a NUL character' }));

const parseJson = bodyParser({
  enableTypes: ['json'],
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  jsonLimit: '4mb',
  jsonStrict: false,
  onError: (error: Error & { status?: number }) => {
    if (error.status === 413) throw problem('request.too-large', 'The body is larger than 4 MiB.');
    throw problem('request.invalid', 'The body is not valid JSON.', {
      errors: [{ pointer: '/body', detail: error.message }]
    });
  }
});

const jsonBody = async (ctx: Ctx): Promise<unknown> => {
  if (!ctx.is('application/json')) throw problem('request.media-type', 'Send the body as application/json.');
  await parseJson(ctx, () => Promise.resolve());
  return ctx.request.body;
};

/** The headers that an endpoint looks at, as its contract writes them; Node has their names in small letters. */
const headersFor = (type: z.ZodType | undefined, ctx: Ctx): Record<string, unknown> => {
  const names = Object.keys((type as { shape?: object } | undefined)?.shape ?? {});
  return Object.fromEntries(names.map(name => [name, ctx.headers[name.toLowerCase()]]));
};

/** Validates everything a request carries; throws one problem with every fault found. */
export const check = async <E extends AnyEndpoint>(
  endpoint: E,
  ctx: Ctx & { params: Record<string, string> }
): Promise<Checked<E>> => {
  const given = {
    params: ctx.params,
    query: { ...ctx.query },
    body: endpoint.body ? await jsonBody(ctx) : undefined,
    headers: headersFor(endpoint.headers as z.ZodType | undefined, ctx)
  };
  const faults: Fault[] = [];
  const checked: Record<string, unknown> = {};
  for (const part of ['params', 'query', 'body', 'headers'] as const) {
    const type = endpoint[part] as z.ZodType | undefined;
    if (!type) continue;
    const result = type.safeParse(given[part]);
    if (part === 'query') faults.push(...nulFaults(given.query));
    if (result.success) checked[part] = part === 'body' ? storable(result.data) : result.data;
    else faults.push(...faultsOf(part, result.error));
  }
  if (faults.length > 0) {
    const detail = faults
      .map(fault => `${fault.pointer.split('/').slice(2).join('.') || 'body'}: ${fault.detail}`)
      .join('; ');
    throw problem('request.invalid', `${detail}.`, { errors: faults });
  }
  return checked as unknown as Checked<E>;
};
