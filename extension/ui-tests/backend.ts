import {
  audit,
  auth,
  devices,
  egress,
  experiments,
  metering,
  type models,
  notebooks,
  pending,
  problems,
  projects,
  provenance,
  quota,
  tensorboard,
  steering,
  type ProblemCode
} from '@hopslab/schema';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import type { z } from 'zod';
import { startDatasets, type HeldDatasets } from './datasets-backend.js';
import { addFound, answerShares, noShares, type HeldShares } from './shares-backend.js';
import { answerModels } from './models-backend.js';
import { quotaOf, quotaRequest, userQuotas } from './quota-sample.js';

type EventKind = keyof typeof projects.projectEvents.reply.events;

/** A small server that speaks the contract: everything it says is checked against the schema first. */
export interface Backend {
  readonly server: Server;
  readonly base: string;
  me: auth.Me;
  project: projects.Project;
  members: projects.Member[];
  notebookServer: notebooks.NotebookServer;
  leases: quota.Lease[];
  readonly experiments: Map<string, experiments.Experiment>;
  readonly trials: Map<string, experiments.Trial[]>;
  readonly curves: Map<string, experiments.Curve[]>;
  readonly made: Map<string, provenance.Provenance>;
  readonly models: models.ModelVersion[];
  /** Points that were picked by hand. */
  readonly points: experiments.Trial['params'][];
  /** Newest first. */
  audit: audit.AuditRow[];
  quota: quota.Quota;
  users: readonly quota.UserQuota[];
  usage: readonly quota.Usage[];
  seen: readonly metering.Seen[];
  egress: egress.Egress;
  carried: readonly egress.EgressUse[];
  readonly quotaRequests: quota.QuotaRequest[];
  devices: devices.Device[];
  readonly datasets: HeldDatasets;
  readonly shares: HeldShares;
  /** Dangerous acts that were asked for; each waits for a click on the hub. */
  readonly held: { readonly what: string; readonly body: unknown }[];
  /** `GET /path` of every request so far. */
  readonly requests: string[];
  /** Queries of the event streams that are open now. */
  readonly streams: () => string[];
  emit: (kind: EventKind, data: unknown) => void;
  /** Ends every event stream, as a restart does. */
  dropStreams: () => void;
  /** Answers this problem to every request whose `METHOD /path` matches. */
  refuse: (what: RegExp, code: ProblemCode) => void;
  accept: () => void;
  /** Handles what is not `/api/v1`. */
  otherwise: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  close: () => Promise<void>;
}

const say = (response: ServerResponse, schema: z.ZodType, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(schema.parse(body)));
};

const page = <T>(items: readonly T[], query: URLSearchParams): { items: T[]; nextCursor: string | null } => {
  const limit = Number(query.get('limit') ?? 100);
  const from = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || 0);
  const rest = from + limit < items.length;
  return {
    items: items.slice(from, from + limit),
    nextCursor: rest ? Buffer.from(String(from + limit)).toString('base64url') : null
  };
};

const refusal = (response: ServerResponse, code: ProblemCode, detail = `${problems[code].title}.`): void => {
  const { status, title } = problems[code];
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  const retriable = 'retriable' in problems[code];
  const type = `urn:hopslab:problem:${code}`;
  response.end(JSON.stringify({ type, title, status, code, detail, requestId: 'r-1', retriable }));
};

const tagOf = ({ tags, note }: experiments.Experiment): string =>
  `"${Buffer.from(JSON.stringify([tags, note])).toString('base64url')}"`;

export const startBackend = async (given: Partial<Backend> = {}, port = 0): Promise<Backend> => {
  const open = new Map<ServerResponse, string>();
  const requests: string[] = [];
  let refused: { what: RegExp; code: ProblemCode } | null = null;

  /** Orders for an experiment, obeyed at once as its driver would. */
  const steer = (request: IncomingMessage, response: ServerResponse, url: URL): boolean => {
    const { method = '', headers } = request;
    const [, id = '', act = ''] = /\/experiments\/([0-9a-f-]{36})(\/[a-z0-9/]+)?$/.exec(url.pathname) ?? [];
    const experiment = backend.experiments.get(id);
    if (!experiment || method === 'GET') return false;
    const tell = (more: Partial<experiments.Experiment>, status = 202): void => {
      const changed = { ...experiment, ...more };
      backend.experiments.set(id, changed);
      response.setHeader('etag', tagOf(changed));
      say(response, experiments.getExperiment.reply.schema, changed, status);
      backend.emit('experiment', changed);
    };
    const stopped = /^\/trials\/(\d+)\/stop$/.exec(act);
    if (act === '/pause' || act === '/continue') tell({ state: act === '/pause' ? 'paused' : 'running' });
    else if (act === '/stop' && url.searchParams.get('after')) tell({ state: 'draining' });
    else if (stopped) {
      const trials = backend.trials.get(id) ?? [];
      const trial = trials.find(({ number }) => number === Number(stopped[1]));
      if (trial) say(response, steering.stopTrial.reply.schema, { ...trial, stopAsked: true }, 202);
      if (trial) backend.emit('trial', { ...trial, stopAsked: true, experiment: id });
    } else if (act === '/trials')
      void json(request).then(body => {
        const { params } = body as { params: experiments.Trial['params'] };
        backend.points.push(params);
        const asked = {
          id: '00000000-0000-4000-8000-000000000009',
          askedBy: 'ada',
          askedAt: experiment.startedAt
        };
        say(response, steering.enqueueTrial.reply.schema, { ...asked, params }, 202);
      });
    else if (act === '' && method === 'PATCH')
      void json(request).then(body => {
        if (headers['if-match'] !== tagOf(experiment)) refusal(response, 'request.stale');
        else tell(body as Partial<experiments.Experiment>, 200);
      });
    else return false;
    return true;
  };

  const answerExperiment = (request: IncomingMessage, response: ServerResponse, url: URL): boolean => {
    const match =
      /\/experiments(?:\/([0-9a-f-]{36})(\/trials|\/metrics|\/provenance|\/stop|\/tensorboard)?)?$/.exec(
        url.pathname
      );
    if (steer(request, response, url)) return true;
    if (!match) return false;
    const [, id, part] = match;
    if (id === undefined) {
      const newest = [...backend.experiments.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
      say(response, experiments.listExperiments.reply.schema, page(newest, url.searchParams));
      return true;
    }
    const experiment = backend.experiments.get(id);
    if (!experiment) refusal(response, 'experiment.unknown');
    else if (part === '/provenance') {
      const made = backend.made.get(id);
      if (made) say(response, provenance.getProvenance.reply.schema, made);
      else refusal(response, 'provenance.none');
    } else if (part === '/trials')
      say(
        response,
        experiments.listTrials.reply.schema,
        page(backend.trials.get(id) ?? [], url.searchParams)
      );
    else if (part === '/metrics') {
      const one = url.searchParams.get('trial');
      const known = backend.curves.get(id) ?? [];
      const asked = one === null ? known : known.filter(({ number }) => String(number) === one);
      say(response, experiments.listCurves.reply.schema, page(asked, url.searchParams));
    } else if (part === '/tensorboard' && request.method === 'POST') {
      const address = `${backend.base}/hopslab/tensorboard/open?of=${id}`;
      say(response, tensorboard.openTensorboard.reply.schema, { url: address });
    } else if (part === '/stop' && request.method === 'POST') {
      const stopping = { ...experiment, state: 'stopping' as const };
      backend.experiments.set(id, stopping);
      say(response, experiments.stopExperiment.reply.schema, stopping, 202);
      backend.emit('experiment', stopping);
    } else {
      response.setHeader('etag', tagOf(experiment));
      say(response, experiments.getExperiment.reply.schema, experiment);
    }
    return true;
  };

  const passes =
    (query: URLSearchParams) =>
    (row: audit.AuditRow): boolean =>
      row.actor === (query.get('who') ?? row.actor) &&
      row.outcome === (query.get('outcome') ?? row.outcome) &&
      row.action.startsWith(query.get('action') ?? '') &&
      row.asset.startsWith(query.get('asset') ?? '');

  const answerProject = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const tag = (): string => JSON.stringify(Buffer.from(backend.project.description).toString('hex'));
    const { method, headers } = request;
    const isStale = headers['if-match'] !== undefined && headers['if-match'] !== tag();
    if (method === 'PATCH' && isStale) {
      refusal(response, 'request.stale');
      return;
    }
    if (method === 'PATCH')
      backend.project = {
        ...backend.project,
        ...projects.updateProject.body?.parse(JSON.parse(await text(request)))
      };
    response.setHeader('etag', tag());
    say(response, projects.getProject.reply.schema, backend.project);
  };

  const answerQuota = (request: IncomingMessage, response: ServerResponse, { pathname }: URL): boolean => {
    const all = <T>(items: readonly T[]) => ({ items, nextCursor: null });
    if (pathname.endsWith('/quota')) say(response, quota.getQuota.reply.schema, backend.quota);
    else if (pathname.endsWith('/quota/users'))
      say(response, quota.listUserQuotas.reply.schema, all(backend.users));
    else if (pathname.endsWith('/usage')) say(response, quota.getUsage.reply.schema, all(backend.usage));
    else if (pathname.endsWith('/metering'))
      say(response, metering.getMetering.reply.schema, all(backend.seen));
    else if (pathname.endsWith('/egress/use'))
      say(response, egress.getEgressUse.reply.schema, all(backend.carried));
    else if (pathname.endsWith('/egress')) say(response, egress.getEgress.reply.schema, backend.egress);
    else if (pathname.endsWith('/quota/requests') && request.method === 'POST')
      void json(request).then(body => {
        const made = quotaRequest(quota.askForQuota.body?.parse(body));
        backend.quotaRequests.unshift(made);
        say(response, quota.askForQuota.reply.schema, made, 201);
      });
    else if (pathname.endsWith('/quota/requests'))
      say(response, quota.listQuotaRequests.reply.schema, all(backend.quotaRequests));
    else return false;
    return true;
  };

  /** A dangerous act waits, as on every notebook's origin. */
  const hold = async (request: IncomingMessage, response: ServerResponse, what: string): Promise<void> => {
    const sent = await text(request);
    backend.held.push({ what, body: sent === '' ? undefined : JSON.parse(sent) });
    const id = `00000000-0000-4000-8000-${String(backend.held.length).padStart(12, '0')}`;
    const url = `${backend.me.hubUrl}/pending/${id}`;
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    say(response, pending.Held, { pending: { id, url, summary: `It is asked: ${what}`, expiresAt } }, 202);
  };
  const isDangerous =
    /^(PUT|DELETE) .*\/(egress|(members|devices)\/\w+)$|^(PUT|DELETE) .*\/public$|^DELETE .*\/public-datasets\/[^/]+$|^(POST|PATCH|DELETE) .*\/(shares(\/\w+)?|(accept|reject))$/;

  const follow = (response: ServerResponse, url: URL): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    open.set(response, url.search);
    response.on('close', () => open.delete(response));
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith('/api/v1/')) {
      if (backend.otherwise) backend.otherwise(request, response);
      else refusal(response, 'route.unknown');
      return;
    }
    const what = `${request.method} ${url.pathname}`;
    requests.push(what);
    if (refused?.what.test(what)) refusal(response, refused.code);
    else if (url.pathname.endsWith('/import-public')) void addFound(backend.shares, request, response, say);
    else if (backend.datasets.answers(url)) void backend.datasets.answer(request, response, url, backend.me);
    else if (isDangerous.test(what)) void hold(request, response, what);
    else if (answerShares(backend.shares, url, response, say)) return;
    else if (url.pathname.endsWith('/auth/me')) say(response, auth.me.reply.schema, backend.me);
    else if (url.pathname.endsWith('/events')) follow(response, url);
    else if (url.pathname.endsWith('/audit')) {
      const rows = backend.audit.filter(passes(url.searchParams));
      say(response, audit.listProjectAudit.reply.schema, page(rows, url.searchParams));
    } else if (url.pathname.endsWith('/devices'))
      say(response, devices.listDevices.reply.schema, { items: backend.devices, nextCursor: null });
    else if (url.pathname.endsWith('/holdings'))
      say(response, projects.getHoldings.reply.schema, {
        notebookServer: null,
        leases: backend.leases.filter(({ user }) => url.pathname.includes(`/${user}/`)),
        experiments: []
      });
    else if (url.pathname.endsWith('/members'))
      say(response, projects.listMembers.reply.schema, page(backend.members, url.searchParams));
    else if (url.pathname.endsWith('/notebook-server')) {
      if (request.method === 'DELETE')
        backend.notebookServer = { ...backend.notebookServer, state: 'stopping' };
      const status = request.method === 'DELETE' ? 202 : 200;
      say(response, notebooks.getNotebookServer.reply.schema, backend.notebookServer, status);
    } else if (url.pathname.endsWith('/leases'))
      say(response, quota.listLeases.reply.schema, { items: backend.leases, nextCursor: null });
    else if (url.pathname === `/api/v1/projects/${backend.project.name}`)
      void answerProject(request, response);
    else if (answerModels(backend.models, request, response, url, { say, refuse: refusal })) return;
    else if (!answerQuota(request, response, url) && !answerExperiment(request, response, url))
      refusal(response, 'route.unknown');
  };

  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const since = '2026-11-01T08:00:00.000Z';
  const backend: Backend = {
    server,
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    me: {
      user: { name: 'ada', displayName: 'Ada', admin: false },
      via: 'notebook',
      project: { name: 'demo', role: 'data_owner', projectUser: 'demo__ada' },
      device: null,
      csrfToken: null,
      hubUrl: 'https://hopslab.localhost:8443'
    },
    project: {
      name: 'demo',
      description: 'Digits and more',
      role: 'data_owner',
      state: 'active',
      services: ['notebooks', 'experiments'],
      members: 2,
      createdAt: since
    },
    members: [
      { user: 'ada', displayName: 'Ada', role: 'data_owner', since },
      { user: 'bob', displayName: 'Bob', role: 'data_scientist', since }
    ],
    notebookServer: {
      user: 'ada',
      state: 'ready',
      url: 'https://abc.hopslab.localhost:8443',
      resources: { executors: 2, cores: 1, memory: 2 ** 30, gpus: 0 },
      startedAt: since
    },
    leases: [
      {
        id: 'lease-1',
        user: 'ada',
        for: 'notebook',
        state: 'held',
        executors: 0,
        cores: 2,
        memory: 2 ** 31,
        gpus: 0,
        since
      }
    ],
    experiments: new Map(),
    trials: new Map(),
    curves: new Map(),
    made: new Map(),
    models: [],
    points: [],
    audit: [],
    quota: quotaOf(),
    users: userQuotas,
    usage: [],
    seen: [],
    egress: { enabled: false },
    carried: [],
    quotaRequests: [],
    devices: [],
    datasets: startDatasets({ say, refusal, page }),
    shares: noShares(),
    held: [],
    requests,
    streams: () => [...open.values()],
    emit: (kind, data) => {
      const checked = projects.projectEvents.reply.events[kind].parse(data);
      for (const response of open.keys())
        response.write(`event: ${kind}\ndata: ${JSON.stringify(checked)}\n\n`);
    },
    dropStreams: () => {
      for (const response of open.keys()) response.destroy();
    },
    refuse: (what, code) => {
      refused = { what, code };
    },
    accept: () => {
      refused = null;
    },
    otherwise: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
    ...given
  };
  return backend;
};
