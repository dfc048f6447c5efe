import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from '../domains/auth/auth.tokens.js';
import { labelOf } from '../platform/label.js';
import { codeOf, world, type Ask, type World } from './proxy.fixture.js';

let stage: World;
let own: string;
beforeAll(async () => {
  stage = await world();
  own = stage.origins.notebook(stage.label);
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.routes.set({ ...stage.ada, socket: stage.paths.notebook });
  stage.behind.notebook.seen.length = 0;
});

/** A request on ada's notebook origin. */
const ask = (how: Ask = {}, path = '/api/contents') => stage.ask(path, { host: stage.host.notebook, ...how });

const refused = async (how: Ask, status: number, code: string) => {
  const answer = await ask(how);
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(stage.behind.notebook.seen).toEqual([]);
};

describe('by the cookie of the origin', () => {
  const navigation = {
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-site': 'same-site'
  };

  it('refuses a request without one, and sends a person to the hub', async () => {
    await refused({}, 401, 'auth.required');
    for (const label of [stage.label, labelOf('no', 'body')]) {
      const answer = await ask(
        { host: stage.host.notebook.replace(stage.label, label), headers: navigation },
        '/lab'
      );
      expect(answer.status).toBe(302);
      expect(answer.headers.location).toBe(`${stage.origins.hub}/?from=${label}`);
    }
  });

  it('refuses one that has expired, is forged, or is another notebook’s', async () => {
    await refused(
      { headers: { cookie: await stage.passFor({ expiresAt: new Date(Date.now() - 2000) }) } },
      401,
      'auth.expired'
    );
    await refused({ headers: { cookie: '__Host-hopslab_notebook=forged' } }, 401, 'auth.expired');
    await refused({ headers: { cookie: await stage.passFor({ user: 'bob' }) } }, 401, 'auth.expired');
    await refused({ headers: { cookie: await stage.passFor({ project: 'other' }) } }, 401, 'auth.expired');
  });

  it('refuses one whose session, membership or user is not what it was', async () => {
    const cookie = await stage.passFor();
    const now = { ...stage.ada, socket: stage.paths.notebook };
    stage.routes.set({ ...now, epoch: 2 });
    await refused({ headers: { cookie } }, 401, 'auth.expired');
    stage.routes.set({ ...now, epoch: null });
    await refused({ headers: { cookie } }, 401, 'auth.expired');
    stage.routes.set({ ...now, sessions: new Map() });
    await refused({ headers: { cookie } }, 401, 'auth.expired');
    stage.routes.set({ ...now, sessions: new Map([['s1', 'program']]) });
    await refused({ headers: { cookie } }, 401, 'auth.expired');
  });

  it('says when the notebook server is not there, or not yet', async () => {
    const cookie = await stage.passFor();
    stage.routes.set({ ...stage.ada, socket: null });
    await refused({ headers: { cookie } }, 409, 'notebook.not-ready');
    stage.routes.remove('demo', 'ada');
    await refused({ headers: { cookie } }, 404, 'notebook.absent');
    expect((await ask({ headers: { cookie, ...navigation } }, '/lab')).headers.location).toBe(
      `${stage.origins.hub}/?from=${stage.label}`
    );
  });

  it('refuses two of them, and one beside a token', async () => {
    const cookie = await stage.passFor();
    await refused({ headers: { cookie: `${cookie}; ${cookie}` } }, 400, 'auth.two-credentials');
    await refused({ headers: { cookie, authorization: 'Bearer x' } }, 400, 'auth.two-credentials');
  });
});

describe('by a bearer token', () => {
  const bearer = async (user: string, session: string) => ({
    authorization: `Bearer ${(await stage.tokens.issue({ user, session })).token}`
  });

  it('lets the owner’s program in, without any header of a browser', async () => {
    const answer = await ask({ method: 'POST', headers: await bearer('ada', 's1') });
    expect(answer.status).toBe(200);
    expect(stage.behind.notebook.last()?.headers).not.toHaveProperty('authorization');
  });

  it('refuses everybody else’s, as if nothing were there', async () => {
    await refused({ headers: await bearer('bob', 's1') }, 404, 'notebook.absent');
    await refused({ headers: await bearer('ada', 'ended') }, 401, 'auth.expired');
    await refused({ headers: { authorization: 'Bearer nonsense' } }, 401, 'auth.expired');
    await refused({ headers: { authorization: 'Basic YWRhOng=' } }, 401, 'auth.expired');
    await refused(
      { headers: { ...(await bearer('ada', 's1')), origin: 'https://evil.example' } },
      403,
      'auth.wrong-origin'
    );
  });
});

describe('by an access token', () => {
  const secret = 'hsl_once-shown';
  const headers = { authorization: `Bearer ${secret}` };
  const granted = new Map([[hashOf(secret).toString('hex'), 't1']]);
  const standing = (route: object) =>
    stage.routes.set({
      ...stage.ada,
      socket: stage.paths.notebook,
      sessions: new Map([['t1', 'program']]),
      accessTokens: granted,
      ...route
    });

  it('lets its person’s programs in, and tells the notebook server nothing of it', async () => {
    standing({});
    expect((await ask({ method: 'POST', headers })).status).toBe(200);
    expect(stage.behind.notebook.last()?.headers).not.toHaveProperty('authorization');
  });

  it('refuses one that is not good here, or whose person is no member any more', async () => {
    await refused({ headers }, 401, 'auth.expired');
    standing({ accessTokens: new Map([[hashOf('hsl_another').toString('hex'), 't1']]) });
    await refused({ headers }, 401, 'auth.expired');
    standing({ epoch: null });
    await refused({ headers }, 401, 'auth.expired');
    standing({});
    await refused({ headers: { ...headers, cookie: await stage.passFor() } }, 400, 'auth.two-credentials');
    await refused({ headers: { ...headers, origin: 'https://evil.example' } }, 403, 'auth.wrong-origin');
  });

  it('answers alike whether a notebook server is there or not', async () => {
    const host = stage.host.notebook.replace(stage.label, labelOf('no', 'body'));
    expect(codeOf(await ask({ host, headers }))).toBe('auth.expired');
  });
});

describe('from other origins', () => {
  it.each([
    ['a neighbour’s Origin', { origin: 'https://aaaaaaaaaaaaaaaaaaaa.hopslab-test.localhost' }],
    ['the hub’s Origin', { origin: 'https://hopslab-test.localhost' }],
    ['an opaque Origin', { origin: 'null' }],
    ['a neighbour without Origin', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    [
      'a form that navigates',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    ],
    ['nothing that tells', {}]
  ])('nothing may be changed: %s', async (_, headers) => {
    const cookie = await stage.passFor();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      await refused({ method, headers: { cookie, ...headers } }, 403, 'auth.wrong-origin');
  });

  it('nothing may be loaded into another page', async () => {
    const cookie = await stage.passFor();
    for (const destination of ['script', 'image', 'iframe', 'object', 'empty'])
      await refused(
        {
          headers: {
            cookie,
            'sec-fetch-site': 'same-site',
            'sec-fetch-mode': destination === 'iframe' ? 'navigate' : 'no-cors',
            'sec-fetch-dest': destination
          }
        },
        403,
        'auth.wrong-origin'
      );
  });

  it('a person may navigate to it', async () => {
    const headers = {
      cookie: await stage.passFor(),
      'sec-fetch-site': 'same-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document'
    };
    expect((await ask({ headers }, '/lab')).status).toBe(200);
  });

  it('the API on this origin is guarded too', async () => {
    const answer = await ask(
      { method: 'POST', headers: { cookie: await stage.passFor(), origin: 'https://evil.example' } },
      '/api/v1/projects'
    );
    expect(codeOf(answer)).toBe('auth.wrong-origin');
    expect(stage.behind.api.seen).toEqual([]);
  });

  it('no service worker settles there', async () => {
    const cookie = await stage.passFor();
    await refused(
      { headers: { cookie, 'service-worker': 'script', 'sec-fetch-site': 'same-origin' } },
      403,
      'access.denied'
    );
    await refused(
      { headers: { cookie, 'sec-fetch-dest': 'serviceworker', 'sec-fetch-site': 'same-origin' } },
      403,
      'access.denied'
    );
  });

  it('its own page may do all of it', async () => {
    const cookie = await stage.passFor();
    for (const headers of [
      { origin: own },
      { 'sec-fetch-site': 'same-origin' },
      { origin: own, 'sec-fetch-site': 'same-origin' }
    ])
      expect((await ask({ method: 'POST', headers: { cookie, ...headers } })).status).toBe(200);
  });
});

describe('the hub', () => {
  const hub = async (headers: Record<string, string>, method = 'GET') =>
    (await stage.ask('/api/v1/auth/me', { method, headers })).status;

  it('gives no part of itself to a page elsewhere, a notebook’s included', async () => {
    const foreign = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
    expect(await hub({ ...foreign, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await hub({ ...foreign, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(
      await hub({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })
    ).toBe(403);
    expect(
      await hub(
        { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
        'POST'
      )
    ).toBe(403);
  });

  it('is open to its own pages, to people who come by a link, and to programs', async () => {
    expect(await hub({ 'sec-fetch-site': 'same-origin' }, 'POST')).toBe(200);
    expect(
      await hub({
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document'
      })
    ).toBe(200);
    expect(await hub({}, 'POST')).toBe(200);
  });
});
