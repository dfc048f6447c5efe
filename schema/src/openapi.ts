import { z } from 'zod';
import { serviceFor, worksArchived, type Access, type Channel } from './access.js';
import type { AnyEndpoint, Reply } from './endpoint.js';
import { endpoints } from './endpoints.js';
import { Held } from './pending.js';
import { Problem, problems, type ProblemCode } from './problem.js';

type JsonObject = Record<string, unknown>;

/** Problems that follow from how an endpoint is let in and from what it takes. */
export const impliedProblems = (endpoint: AnyEndpoint): ProblemCode[] => {
  const implied: ProblemCode[] = ['server.fault', 'service.unavailable'];
  if (endpoint.access.kind !== 'public')
    implied.push(
      'auth.required',
      'auth.certificate',
      'auth.expired',
      'auth.two-credentials',
      'auth.csrf',
      'auth.wrong-origin',
      'auth.hub-only',
      'access.denied'
    );
  if (endpoint.access.kind === 'project') {
    implied.push('project.unknown');
    if (!worksArchived(endpoint.access.action)) implied.push('project.archived');
    if (serviceFor(endpoint.access.action)) implied.push('service.off');
  }
  if ((endpoint.version ?? endpoint.conditional) && endpoint.method !== 'GET') implied.push('request.stale');
  if (endpoint.act) implied.push('pending.too-many');
  if (endpoint.params || endpoint.query || endpoint.body || endpoint.headers) implied.push('request.invalid');
  if (endpoint.body) implied.push('request.too-large', 'request.media-type');
  if (endpoint.idempotent) implied.push('request.idempotency-conflict');
  return implied;
};

/** Every problem an endpoint may answer. */
export const problemsOf = (endpoint: AnyEndpoint): ProblemCode[] => [
  ...new Set([...impliedProblems(endpoint), ...endpoint.problems])
];

const collected: JsonObject = {};

const schemaOf = (type: z.ZodType, io: 'input' | 'output'): JsonObject => {
  const {
    $defs,
    $schema: _dialect,
    ...schema
  } = z.toJSONSchema(type, {
    io,
    reused: 'inline',
    unrepresentable: 'any'
  }) as JsonObject;
  Object.assign(collected, $defs as JsonObject | undefined);
  const id = schema['id'];
  if (typeof id === 'string') {
    collected[id] = schema;
    return { $ref: `#/components/schemas/${id}` };
  }
  return schema;
};

const pointToComponents = (document: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(document).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonObject;

const parametersOf = (type: z.ZodType | undefined, where: 'path' | 'query' | 'header'): JsonObject[] => {
  if (!type) return [];
  const schema = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, JsonObject>;
    required?: string[];
    $defs?: JsonObject;
  };
  Object.assign(collected, schema.$defs);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (schema.required ?? []).includes(name),
    schema: property
  }));
};

/** What an uploaded body is said to be. */
const bodyType = ({ upload }: AnyEndpoint): string =>
  typeof upload === 'string' ? upload : 'application/octet-stream';

const hasRanges = (reply: Reply): boolean => reply.kind === 'bytes' && reply.ranges === true;

const binary = { schema: { type: 'string', format: 'binary' } };

const answerOf = ({ reply }: AnyEndpoint): JsonObject => {
  const answer = reply as {
    kind: string;
    schema?: z.ZodType;
    events?: Record<string, z.ZodType>;
    type?: string | readonly string[];
  };
  switch (answer.kind) {
    case 'json':
      return {
        description: 'Done',
        content: { 'application/json': { schema: schemaOf(answer.schema ?? z.any(), 'output') } }
      };
    case 'events':
      return {
        description: `Server-sent events: ${Object.keys(answer.events ?? {}).join(', ')}`,
        content: { 'text/event-stream': { schema: { type: 'string' } } }
      };
    case 'bytes':
      return {
        description: 'Bytes',
        content: Object.fromEntries([answer.type ?? ''].flat().map(type => [type, binary]))
      };
    default:
      return { description: 'Done' };
  }
};

const problemAnswers = (endpoint: AnyEndpoint): JsonObject => {
  const byStatus = Map.groupBy(problemsOf(endpoint), code => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
      }
    ])
  );
};

const schemes: Readonly<Record<Channel, JsonObject[]>> = {
  hub: [{ hubSession: [], csrf: [] }],
  token: [{ bearer: [] }],
  notebook: [{ notebookOrigin: [] }],
  // A sandbox's socket is its identity: nothing is sent.
  sandbox: [],
  device: [{ clientCertificate: [] }]
};

const securityOf = (access: Access): JsonObject[] =>
  access.kind === 'public' ? [] : access.channels.flatMap(channel => schemes[channel]);

const header = (name: string, description: string, schema: JsonObject = {}): JsonObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', ...schema }
});

const headersOf = ({ version, conditional, method, idempotent, reply }: AnyEndpoint): JsonObject[] => [
  ...((version ?? conditional) && method !== 'GET'
    ? [header('If-Match', 'The ETag of what was read; another state of it is answered 412')]
    : []),
  ...(conditional && method !== 'GET'
    ? [header('If-None-Match', '`*`: only where there is no such file yet; else it is answered 412')]
    : []),
  ...(conditional && method === 'GET'
    ? [header('If-None-Match', 'The ETag of what is known: 304 while it is the same file')]
    : []),
  ...(idempotent
    ? [header('Idempotency-Key', 'The same request with it again is answered the same', { maxLength: 200 })]
    : []),
  ...((reply as Reply).kind === 'events'
    ? [header('Last-Event-ID', 'The last event that was seen: begins with the one after it')]
    : []),
  ...(hasRanges(reply as Reply)
    ? [
        header('Range', 'One range of bytes (RFC 9110, 14); others are not looked at'),
        header('If-Range', 'The ETag of what the range is of: the whole file where it is another one')
      ]
    : [])
];

/** The further good answers of an endpoint: the same under another status, and a part of a file. */
const moreAnswers = (endpoint: AnyEndpoint): JsonObject => {
  const reply = endpoint.reply as Reply;
  const { content } = answerOf(endpoint) as { content?: JsonObject };
  if (reply.kind === 'json' && reply.also)
    return { [reply.also]: { description: 'Not all is well', content } };
  return {
    ...(hasRanges(reply) ? { '206': { description: 'The range', content } } : {}),
    ...(endpoint.conditional && endpoint.method === 'GET' ? { '304': { description: 'It is the same' } } : {})
  };
};

/** What a notebook origin is answered where the act waits for a click on the hub. */
const heldAnswer = ({ act, reply }: AnyEndpoint): JsonObject => {
  if (!act) return {};
  if ((reply as { status: number }).status === 202)
    throw new Error('an act that is held cannot answer 202 itself: nobody could tell the two apart');
  return {
    '202': {
      description: 'From a notebook origin: held until it is confirmed on the hub',
      content: { 'application/json': { schema: schemaOf(Held, 'output') } }
    }
  };
};

/** Every answer by its status; where one may be two things, it is either. */
const answersOf = (endpoint: AnyEndpoint): JsonObject => {
  const problems = problemAnswers(endpoint) as Record<string, { description: string; content: JsonObject }>;
  const more = Object.entries(moreAnswers(endpoint) as typeof problems).map(([status, answer]) => {
    const { description, content } = problems[status] ?? {};
    const words = [answer.description, description].filter(Boolean).join('; or ');
    return [status, { description: words, content: { ...answer.content, ...content } }] as const;
  });
  return {
    [String((endpoint.reply as { status: number }).status)]: answerOf(endpoint),
    ...heldAnswer(endpoint),
    ...problems,
    ...Object.fromEntries(more)
  };
};

const operationOf = (domain: string, endpoint: AnyEndpoint): JsonObject => ({
  operationId: endpoint.id,
  tags: [domain],
  summary: endpoint.summary,
  security: securityOf(endpoint.access),
  'x-access': endpoint.access.kind === 'public' ? 'public' : endpoint.access.action,
  'x-channels': endpoint.access.kind === 'public' ? [] : endpoint.access.channels,
  parameters: [
    ...parametersOf(endpoint.params as z.ZodType | undefined, 'path'),
    ...parametersOf(endpoint.query as z.ZodType | undefined, 'query'),
    ...parametersOf(endpoint.headers as z.ZodType | undefined, 'header'),
    ...headersOf(endpoint)
  ],
  ...(endpoint.body
    ? {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(endpoint.body as z.ZodType, 'input') } }
        }
      }
    : endpoint.upload
      ? { requestBody: { required: true, content: { [bodyType(endpoint)]: binary } } }
      : {}),
  responses: answersOf(endpoint)
});

/** The OpenAPI 3.1 document of every endpoint. */
export const openapi = (): JsonObject => {
  const paths: Record<string, JsonObject> = {};
  for (const [domain, declared] of Object.entries(endpoints))
    for (const endpoint of declared) {
      const path = `${endpoint.base ?? '/api/v1'}${endpoint.path.replace('+}', '}')}`;
      paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(domain, endpoint) };
    }
  schemaOf(Problem, 'output');
  return pointToComponents({
    openapi: '3.1.0',
    info: {
      title: 'Hopslab',
      version: '1',
      description: 'Everything the user interface does. Problems are RFC 9457; lists take limit and cursor.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    paths,
    components: {
      securitySchemes: {
        hubSession: { type: 'apiKey', in: 'cookie', name: '__Host-hopslab_session' },
        csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
        notebookOrigin: { type: 'apiKey', in: 'cookie', name: '__Host-hopslab_notebook' },
        clientCertificate: {
          type: 'mutualTLS',
          description: 'A device’s certificate, on the programs’ port'
        },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
      },
      schemas: Object.fromEntries(Object.entries(collected).sort(([a], [b]) => a.localeCompare(b)))
    }
  });
};
