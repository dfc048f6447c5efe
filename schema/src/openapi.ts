import { z } from 'zod';
import { serviceFor, worksArchived, type Access, type Channel } from './access.js';
import type { AnyEndpoint } from './endpoint.js';
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
  if (endpoint.version && endpoint.method !== 'GET') implied.push('request.stale');
  if (endpoint.act) implied.push('pending.too-many');
  if (endpoint.params || endpoint.query || endpoint.body) implied.push('request.invalid');
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

const parametersOf = (type: z.ZodType | undefined, where: 'path' | 'query'): JsonObject[] => {
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

const ifMatch: JsonObject = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of what was read; another state of it is answered 412',
  schema: { type: 'string', maxLength: 200 }
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
    ...(endpoint.version && endpoint.method !== 'GET' ? [ifMatch] : [])
  ],
  ...(endpoint.body
    ? {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(endpoint.body as z.ZodType, 'input') } }
        }
      }
    : endpoint.upload
      ? { requestBody: { required: true, content: { 'application/octet-stream': binary } } }
      : {}),
  responses: {
    [String((endpoint.reply as { status: number }).status)]: answerOf(endpoint),
    ...heldAnswer(endpoint),
    ...problemAnswers(endpoint)
  }
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
