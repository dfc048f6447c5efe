import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { codeOf, world, type World } from './proxy.fixture.js';

let stage: World;
beforeAll(async () => {
  stage = await world({
    notebook: (request, response) => {
      response.setHeader('Set-Cookie', [
        '_xsrf=1; Path=/',
        '__Host-hopslab_notebook=evil; Secure; Path=/',
        'a=b; Domain=hopslab-test.localhost'
      ]);
      response.setHeader('Strict-Transport-Security', 'max-age=0; includeSubDomains');
      response.setHeader('Service-Worker-Allowed', '/');
      response.setHeader('Access-Control-Allow-Origin', '*');
      request.pipe(response);
    }
  });
});
afterAll(() => stage.close());

describe('the hub', () => {
  it('reaches the API server by name and by address', async () => {
    for (const host of [
      stage.host.hub,
      stage.host.hub.toUpperCase(),
      `127.0.0.1:${stage.port}`,
      `localhost:${stage.port}`
    ])
      expect(await stage.ask('/', { host })).toMatchObject({ status: 200, body: 'ok' });
  });

  it('answers 421 for any other host', async () => {
    for (const host of [
      'evil.example',
      stage.host.hub.replace(/:.*/, ''),
      `x.${stage.host.hub}`,
      `${stage.host.hub}.`
    ]) {
      const answer = await stage.ask('/', { host });
      expect(answer.status).toBe(421);
      expect(codeOf(answer)).toBe('request.misdirected');
    }
  });

  it('tells the API where a request came from, and lets nobody else say so', async () => {
    await stage.ask('/', {
      headers: {
        'x-hopslab-client-address': '1.2.3.4',
        'x-forwarded-for': '1.2.3.4',
        forwarded: 'for=1.2.3.4',
        cookie: 'planted=1; __Host-hopslab_session=s'
      }
    });
    const { headers } = stage.behind.api.last() ?? {};
    expect(headers).toMatchObject({
      'x-hopslab-client-address': '127.0.0.1',
      cookie: '__Host-hopslab_session=s',
      host: stage.host.hub
    });
    expect(Object.keys(headers ?? {}).filter(name => /forwarded/.test(name))).toEqual([]);
  });

  it('asks browsers to stay with TLS, by its name only', async () => {
    expect((await stage.ask('/')).headers['strict-transport-security']).toBe('max-age=31536000');
    expect(
      (await stage.ask('/', { host: `localhost:${stage.port}` })).headers['strict-transport-security']
    ).toBeUndefined();
  });
});

describe('a notebook origin', () => {
  it('passes a request of its own page on, with nothing of ours in it', async () => {
    const own = stage.origins.notebook(stage.label);
    const answer = await stage.ask('/api/contents?x=1', {
      host: stage.host.notebook,
      method: 'POST',
      body: 'hello',
      headers: {
        cookie: `_xsrf=2; ${await stage.passFor()}`,
        origin: own,
        referer: `${own}/lab?reset`,
        'sec-fetch-site': 'same-origin',
        'x-csrf-token': 'secret',
        'x-hopslab-anything': 'secret',
        'x-forwarded-for': '1.2.3.4'
      }
    });
    expect(answer).toMatchObject({ status: 200, body: 'hello' });
    expect(stage.behind.notebook.last()?.headers).toEqual({
      host: 'localhost',
      origin: 'http://localhost',
      referer: 'http://localhost/lab?reset',
      cookie: '_xsrf=2',
      'sec-fetch-site': 'same-origin',
      'content-length': '5',
      connection: 'keep-alive'
    });
    expect(stage.behind.notebook.last()?.url).toBe('/api/contents?x=1');
  });

  it('lets the answer reach no further than that origin', async () => {
    const { headers } = await stage.ask('/', {
      host: stage.host.notebook,
      headers: { cookie: await stage.passFor() }
    });
    expect(headers['set-cookie']).toEqual(['_xsrf=1; Path=/']);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers).not.toHaveProperty('service-worker-allowed');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "frame-ancestors 'self'"
    });
  });

  it('carries a WebSocket', async () => {
    const own = stage.origins.notebook(stage.label);
    const socket = new WebSocket(`wss://127.0.0.1:${stage.port}/api/kernels/1/channels`, {
      rejectUnauthorized: false,
      headers: { host: stage.host.notebook, origin: own, cookie: await stage.passFor() }
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const echoed = new Promise(resolve =>
      socket.once('message', data => resolve((data as Buffer).toString()))
    );
    socket.send('ping');
    expect(await echoed).toBe('ping');
    expect(stage.behind.notebook.last()?.headers).toMatchObject({
      host: 'localhost',
      origin: 'http://localhost'
    });
    expect(stage.behind.notebook.last()?.headers).not.toHaveProperty('cookie');
    const closed = new Promise(resolve => socket.once('close', resolve));
    socket.close();
    await closed;
  });

  it('leaves the API to the API server, cookie and host kept', async () => {
    const cookie = await stage.passFor();
    for (const path of ['/api/v1/projects/demo', '/api/openapi.json', '/_hopslab/enter?code=x'])
      await stage.ask(path, { host: stage.host.notebook, headers: { cookie } });
    expect(stage.behind.api.seen.slice(-3).map(request => request.url)).toEqual([
      '/api/v1/projects/demo',
      '/api/openapi.json',
      '/_hopslab/enter?code=x'
    ]);
    expect(stage.behind.api.last()?.headers).toMatchObject({ host: stage.host.notebook, cookie });
  });
});
