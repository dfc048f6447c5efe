import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { labelOf } from '../platform/label.js';
import { codeOf, world, type Ask, type World } from './proxy.fixture.js';

let stage: World;
/** Where the hostile page is: Eve's notebook, whose cookie the browser has as well as the hub's. */
let eve: string;
const session = '__Host-hopslab_session=the-hub-s';

beforeAll(async () => {
  stage = await world();
  eve = stage.origins.notebook(labelOf('demo', 'eve'));
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.behind.api.seen.length = 0;
  stage.behind.notebook.seen.length = 0;
});

const passed = () => stage.behind.api.seen.length + stage.behind.notebook.seen.length;

/** What a browser says of a request that Eve's page makes: the hub and the other notebooks are of the same site. */
const fromPage = (mode: string, destination: string): Record<string, string> => ({
  'sec-fetch-site': 'same-site',
  'sec-fetch-mode': mode,
  'sec-fetch-dest': destination
});

const refused = async (path: string, how: Ask, code = 'auth.wrong-origin'): Promise<void> => {
  const answer = await stage.ask(path, how);
  expect([codeOf(answer), passed()]).toEqual([code, 0]);
  expect((JSON.parse(answer.body) as { detail: string }).detail).toMatch(/\w+ \w+ \w+/);
  for (const name of Object.keys(answer.headers)) expect(name).not.toMatch(/^access-control-|^set-cookie$/);
};

/** The refusals above say something: the hub's own page would have come through. */
it('is told apart from a page of the hub, which comes through', async () => {
  const headers = { cookie: session, origin: stage.origins.hub, 'sec-fetch-site': 'same-origin' };
  expect((await stage.ask('/api/v1/projects', { method: 'POST', headers })).status).toBe(200);
  expect(stage.behind.api.last()?.headers.cookie).toBe(session);
});

describe('a page of a hostile notebook, at the hub', () => {
  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    'changes nothing by a form of type %s',
    async type => {
      const headers = {
        cookie: session,
        origin: eve,
        'content-type': type,
        ...fromPage('navigate', 'document')
      };
      await refused('/api/v1/projects', { method: 'POST', headers, body: '{"name":"evil"}' });
    }
  );

  it('changes nothing by a fetch with credentials, simple or after asking', async () => {
    const headers = { cookie: session, origin: eve };
    const simple = { ...headers, 'content-type': 'text/plain', ...fromPage('no-cors', 'empty') };
    await refused('/api/v1/projects', { method: 'POST', headers: simple, body: '{"name":"evil"}' });
    const asking = { ...headers, 'access-control-request-method': 'PUT', ...fromPage('cors', 'empty') };
    await refused('/api/v1/projects', { method: 'OPTIONS', headers: asking });
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      await refused('/api/v1/projects/demo', {
        method,
        headers: { ...headers, ...fromPage('cors', 'empty') }
      });
  });

  it('signs nobody in as somebody else', async () => {
    const headers = { origin: eve, 'content-type': 'text/plain', ...fromPage('navigate', 'document') };
    await refused('/api/v1/auth/login', {
      method: 'POST',
      headers,
      body: '{"username":"eve","password":"x"}'
    });
  });

  it('signs nobody out', async () => {
    const headers = { cookie: session, origin: eve, ...fromPage('no-cors', 'empty') };
    await refused('/api/v1/auth/logout', { method: 'POST', headers });
  });

  it('reads no answer of the API', async () => {
    const headers = { cookie: session, origin: eve, ...fromPage('cors', 'empty') };
    await refused('/api/v1/auth/me', { headers });
  });

  it.each([
    'script',
    'style',
    'image',
    'font',
    'audio',
    'video',
    'track',
    'manifest',
    'report',
    'worker',
    'json'
  ])('loads nothing of it as a part: %s', async destination => {
    await refused('/api/v1/projects', {
      headers: { cookie: session, ...fromPage('no-cors', destination) }
    });
  });

  it.each(['iframe', 'frame', 'object', 'embed', 'fencedframe'])(
    'frames no page of it: %s',
    async destination => {
      await refused('/projects/demo', { headers: { cookie: session, ...fromPage('navigate', destination) } });
    }
  );

  it('plants no credential by a cookie on the whole domain', async () => {
    const planted = ['hopslab_session=evil', '__Secure-hopslab_session=evil', 'session=evil', '_xsrf=evil'];
    await stage.ask('/', { headers: { cookie: [...planted, session].join('; ') } });
    const cookies = stage.behind.api.last()?.headers.cookie?.split('; ') ?? [];
    expect(cookies.filter(one => !one.toLowerCase().startsWith('__host-hopslab_'))).toEqual([]);
    expect(cookies).toContain(session);
  });

  it('buries it under cookies no longer than until the next page', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false }, () =>
        socket.write(`GET / HTTP/1.1\r\nHost: ${stage.host.hub}\r\nCookie: ${'a=b; '.repeat(8000)}\r\n\r\n`)
      );
      let said = '';
      socket.setEncoding('utf8');
      socket.on('data', (text: string) => (said += text));
      socket.on('error', reject);
      socket.on('close', () => resolve(said));
    });
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('Clear-Site-Data: "cookies"');
    expect(answer).toMatch(/\r\n\r\n.*load this page again, and sign in\.\n$/);
  });

  it('opens no WebSocket there', async () => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      cookie: session,
      origin: eve
    };
    for (const path of ['/', '/api/v1/projects/demo/events', '/api/kernels/x/channels'])
      await refused(path, { headers }, 'route.unknown');
  });
});

describe('a page of a hostile notebook, at another notebook', () => {
  const at = (how: Ask = {}): Ask => ({ host: stage.host.notebook, ...how });

  it('changes nothing and reads nothing with the cookie of that origin', async () => {
    const cookie = await stage.passFor();
    for (const [method, mode] of [
      ['POST', 'no-cors'],
      ['PUT', 'cors'],
      ['GET', 'cors'],
      ['GET', 'no-cors']
    ] as const)
      for (const path of ['/api/contents/Jupyter/a.ipynb', '/api/v1/projects/demo'])
        await refused(path, at({ method, headers: { cookie, origin: eve, ...fromPage(mode, 'empty') } }));
  });

  it('runs nothing there by a WebSocket to a kernel', async () => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      cookie: await stage.passFor()
    };
    await refused('/api/kernels/x/channels', at({ headers: { ...headers, origin: eve } }));
    await refused('/api/kernels/x/channels', at({ headers: { ...headers, origin: 'null' } }));
    await refused('/api/kernels/x/channels', at({ headers }));
  });

  it('frames no page of it', async () => {
    const cookie = await stage.passFor();
    for (const destination of ['iframe', 'object', 'embed'])
      await refused('/lab', at({ headers: { cookie, ...fromPage('navigate', destination) } }));
  });

  it('comes in with no pass but that notebook’s own', async () => {
    const own = { 'sec-fetch-site': 'same-origin' };
    for (const more of [{ user: 'eve' }, { project: 'other' }, { epoch: 2 }, { session: 'another' }])
      await refused('/lab', at({ headers: { cookie: await stage.passFor(more), ...own } }), 'auth.expired');
    await refused('/lab', at({ headers: { cookie: session, ...own } }), 'auth.required');
  });

  it('slips no second pass in beside the person’s', async () => {
    const cookie = `${await stage.passFor({ user: 'eve' })}; ${await stage.passFor()}`;
    await refused('/lab', at({ headers: { cookie } }), 'auth.two-credentials');
  });

  it('leaves no service worker behind, whatever its scope', async () => {
    const headers = {
      cookie: await stage.passFor(),
      'service-worker': 'script',
      ...fromPage('same-origin', 'serviceworker'),
      'sec-fetch-site': 'same-origin'
    };
    for (const path of ['/sw.js', '/files/Jupyter/sw.js', '/static/sw.js'])
      await refused(path, at({ headers }), 'access.denied');
  });
});
