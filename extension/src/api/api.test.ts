import { auth, datasets, experiments, projects, type notebooks } from '@hopslab/schema';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi, type ApiProblem } from './index.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

let handle: Handler = () => undefined;
const server = createServer((request, response) => void handle(request, response));
let base = '';

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json'
  });
  response.end(JSON.stringify(body));
};

const problem = (code: string, status: number, more: object = {}): object => ({
  type: `urn:hopslab:problem:${code}`,
  title: 'Title',
  status,
  code,
  detail: 'What and why.',
  requestId: 'r-1',
  retriable: false,
  ...more
});

beforeEach(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const failure = (promise: Promise<unknown>): Promise<ApiProblem> =>
  promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error as ApiProblem
  );

describe('call', () => {
  it('fills the address, sends JSON and answers what the endpoint declares', async () => {
    const seen: string[] = [];
    handle = async (request, response) => {
      seen.push(`${request.method} ${request.url}`, await text(request));
      answer(response, 200, { items: [], nextCursor: null });
    };
    const api = createApi({ base });
    const answered = await api.call(experiments.listTrials, {
      params: { p: 'demo', id: 'a/b ä' },
      query: { limit: 5 }
    });
    expect(answered.items).toEqual([]);
    await api.call(projects.createProject, { body: { name: 'demo' } });
    expect(seen).toEqual([
      'GET /api/v1/projects/demo/experiments/a%2Fb%20%C3%A4/trials?limit=5',
      '',
      'POST /api/v1/projects',
      '{"name":"demo"}'
    ]);
  });

  it('tells a problem with its code, faults and request id', async () => {
    const errors = [
      { pointer: '/body/name', detail: 'at most 30 characters' },
      { pointer: '/params/p', detail: 'lower-case letters' }
    ];
    handle = (_request, response) => {
      answer(response, 400, problem('request.invalid', 400, { errors }));
    };
    const error = await failure(createApi({ base }).call(projects.createProject, { body: { name: 'x' } }));
    expect(error).toMatchObject({ code: 'request.invalid', requestId: 'r-1', retriable: false, status: 400 });
    expect(error.fault('name')).toBe('at most 30 characters');
    expect(error.fault('description')).toBeUndefined();
    expect(error.fault('p')).toBeUndefined();
    expect(error.fault('p', 'params')).toBe('lower-case letters');
  });

  it('makes a problem of an answer that is none of ours, and of no answer', async () => {
    handle = (_request, response) => {
      response.writeHead(502).end('<html>bad gateway</html>');
    };
    const api = createApi({ base });
    expect(await failure(api.call(auth.me, {}))).toMatchObject({
      code: 'service.unavailable',
      retriable: true
    });
    const nobody = createApi({ base: 'http://127.0.0.1:1' });
    expect(await failure(nobody.call(auth.me, {}))).toMatchObject({ code: 'offline', retriable: true });
  });

  it('proves itself with the CSRF token, and with the new one when the session has changed', async () => {
    let current = 'first';
    const asked: string[] = [];
    handle = (request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/api/v1/auth/me') answer(response, 200, { csrfToken: current });
      else if (request.headers['x-csrf-token'] === current) response.writeHead(204).end();
      else answer(response, 403, problem('auth.csrf', 403));
    };
    const api = createApi({ base, csrf: true });
    await api.call(auth.logout, {});
    current = 'second';
    await api.call(auth.logout, {});
    expect(asked.filter(url => url.endsWith('/me'))).toHaveLength(2);
  });
});

describe('bytes', () => {
  const params = { p: 'demo', d: 'Raw', path: 'a b/ü.csv' };

  it('are sent and read as they are, with what tells their state', async () => {
    const seen: unknown[] = [];
    handle = async (request, response) => {
      const { method, url, headers } = request;
      seen.push([
        method,
        url,
        headers['if-none-match'],
        headers['if-match'],
        headers.range,
        await text(request)
      ]);
      if (method === 'PUT') answer(response, 201, {});
      else response.writeHead(200, { etag: '"1"' }).end('x,y');
    };
    const api = createApi({ base });
    await api.call(datasets.writeFile, { params }, { upload: new Blob(['x,y']), ifNew: true });
    await api.call(datasets.writeFile, { params }, { upload: new Blob(['']), ifMatch: '"1"' });
    const { answer: blob, tag } = await api.bytes(datasets.readFile, { params }, { range: '0-2' });
    expect([await blob.text(), tag]).toEqual(['x,y', '"1"']);
    const path = '/api/v1/projects/demo/datasets/Raw/files/a%20b/%C3%BC.csv';
    expect(api.address(datasets.readFile, { params })).toBe(`${base}${path}`);
    expect(seen).toEqual([
      ['PUT', path, '*', undefined, undefined, 'x,y'],
      ['PUT', path, undefined, '"1"', undefined, ''],
      ['GET', path, undefined, undefined, 'bytes=0-2', '']
    ]);
  });

  it('that are refused tell the problem', async () => {
    handle = (_request, response) => {
      answer(response, 403, problem('access.denied', 403));
    };
    const refused = await failure(createApi({ base }).bytes(datasets.readFile, { params }));
    expect(refused.code).toBe('access.denied');
  });
});

describe('events', () => {
  it('hands over typed events and resumes after the connection broke', async () => {
    let connections = 0;
    const resumed: unknown[] = [];
    handle = (request, response) => {
      connections += 1;
      resumed.push(request.headers['last-event-id']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`retry: 10\nid: ${connections}\nevent: notebook-server\ndata: {"state":"ready"}\n\n`);
      if (connections === 1) response.end();
    };
    const states: notebooks.NotebookServer['state'][] = [];
    await new Promise<void>(resolve => {
      const live = createApi({ base }).events(
        projects.projectEvents,
        { params: { p: 'demo' }, query: {} },
        {
          on: {
            'notebook-server': event => {
              states.push(event.state);
              if (states.length < 2) return;
              live.close();
              resolve();
            }
          }
        }
      );
    });
    expect(states).toEqual(['ready', 'ready']);
    expect(resumed).toEqual([undefined, '1']);
  });

  it('comes back after a refusal that may pass, and says that events were missed', async () => {
    let asked = 0;
    handle = (_request, response) => {
      asked += 1;
      if (asked <= 2) {
        answer(response, 503, problem('service.unavailable', 503, { retriable: true }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    };
    await new Promise<void>(resolve => {
      const live = createApi({ base }).events(
        projects.projectEvents,
        { params: { p: 'demo' }, query: {} },
        {
          on: {},
          missed: () => {
            live.close();
            resolve();
          }
        }
      );
    });
    expect(asked).toBe(3);
  });

  it('stops at a refusal for good', async () => {
    handle = (_request, response) => {
      answer(response, 404, problem('project.unknown', 404));
    };
    const refused = await new Promise<ApiProblem>(resolve => {
      createApi({ base }).events(
        projects.projectEvents,
        { params: { p: 'demo' }, query: {} },
        { on: {}, refused: resolve }
      );
    });
    expect(refused.code).toBe('project.unknown');
  });
});
