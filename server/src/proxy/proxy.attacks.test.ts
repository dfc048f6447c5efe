import { connect } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, world, type World } from './proxy.fixture.js';

let stage: World;
let cookie: string;
beforeAll(async () => {
  stage = await world({
    notebook: (_, response) => response.end('sandbox'),
    api: (_, response) => response.end('api')
  });
  cookie = await stage.passFor();
});
afterAll(() => stage.close());

/** Sends bytes as they are over TLS and answers all that comes back until the other side closes. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: stage.port, rejectUnauthorized: false }, () =>
      socket.write(text, 'latin1')
    );
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });

const lines = (...head: string[]) => `${head.join('\r\n')}\r\n\r\n`;
const statuses = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(match => Number(match[1]));
const seen = () => [...stage.behind.api.seen, ...stage.behind.notebook.seen].length;

describe('what is cut in two ways', () => {
  const head = () => [
    'POST /api/contents HTTP/1.1',
    `Host: ${stage.host.notebook}`,
    `Cookie: ${cookie}`,
    'Sec-Fetch-Site: same-origin',
    'Connection: close'
  ];
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';

  it.each([
    ['both lengths', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['two equal lengths', ['Content-Length: 5', 'Content-Length: 5']],
    ['a list of lengths', ['Content-Length: 5, 5']],
    ['a signed length', ['Content-Length: +5']],
    ['a length in hex', ['Content-Length: 0x5']],
    ['an unknown coding', ['Transfer-Encoding: xchunked']],
    ['chunked not last', ['Transfer-Encoding: chunked, identity']],
    ['a coding behind a tab', ['Transfer-Encoding:\tchunked', 'Content-Length: 5']],
    ['a name with a space', ['Transfer-Encoding : chunked', 'Content-Length: 5']],
    ['a folded header', ['X: y', ' Transfer-Encoding: chunked', 'Content-Length: 5', 'Content-Length: 6']],
    ['a bare line feed', ['X: y\nTransfer-Encoding: chunked', 'Content-Length: 5']]
  ])('is refused: %s', async (_, framing) => {
    const before = seen();
    const answer = await raw(lines(...head(), ...framing) + `0\r\n\r\n${smuggled}`);
    expect(statuses(answer)).toEqual([400]);
    expect(seen()).toBe(before);
  });

  it('is refused: chunks with wrong ends or sizes', async () => {
    for (const body of [
      '5\nhello\r\n0\r\n\r\n',
      '5;x=\ny\r\nhello\r\n0\r\n\r\n',
      '-1\r\n\r\n',
      'fffffffffffffffff\r\nx\r\n'
    ])
      expect(statuses(await raw(lines(...head(), 'Transfer-Encoding: chunked') + body))).not.toContain(200);
  });

  it('keeps the rest of a body to the request it belongs to', async () => {
    stage.behind.notebook.seen.length = 0;
    const answer = await raw(lines(...head(), `Content-Length: ${smuggled.length}`) + smuggled);
    expect(statuses(answer)).toEqual([200]);
    expect(stage.behind.notebook.seen.map(request => request.url)).toEqual(['/api/contents']);
  });
});

describe('what names another place', () => {
  const refusedAs = async (request: string, status: number) => {
    const before = seen();
    const answer = await raw(request);
    expect(statuses(answer)).toEqual([status]);
    expect(seen()).toBe(before);
  };
  const host = () => `Host: ${stage.host.hub}`;

  it('is refused: an absolute target, a star, an authority, bytes', async () => {
    for (const target of [
      'https://evil.example/',
      `https://${stage.host.notebook}/lab`,
      '*',
      'evil.example:443',
      '/a#b',
      '/a\\b',
      '/\xe9'
    ])
      await refusedAs(lines(`GET ${target} HTTP/1.1`, host(), 'Connection: close'), 400);
  });

  it('is refused: no host, two hosts, a host with a user or a path', async () => {
    await refusedAs(lines('GET / HTTP/1.1', 'Connection: close'), 400);
    await refusedAs(lines('GET / HTTP/1.1', host(), host(), 'Connection: close'), 400);
    await refusedAs(
      lines('GET / HTTP/1.1', host(), `Host: ${stage.host.notebook}`, 'Connection: close'),
      400
    );
    for (const name of [
      `a@${stage.host.hub}`,
      `${stage.host.hub}/x`,
      `${stage.host.hub} x`,
      `${stage.host.hub}, x`
    ])
      await refusedAs(lines('GET / HTTP/1.1', `Host: ${name}`, 'Connection: close'), 421);
  });

  it('is refused: methods that bounce or tunnel', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'PURGE'])
      await refusedAs(lines(`${method} / HTTP/1.1`, host(), 'Connection: close'), 405);
    expect(await raw(lines(`CONNECT ${stage.host.hub} HTTP/1.1`, host()))).not.toContain('200');
    expect(seen()).toBe(seen());
  });

  it('is refused: HTTP/2 without having agreed on it, and what is not HTTP', async () => {
    await refusedAs('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400);
    await refusedAs('hello\r\n\r\n', 400);
    await refusedAs(lines('GET / HTTP/1.1', host(), `X: ${'x'.repeat(40_000)}`), 431);
    expect(await raw(lines('GET / HTTP/1.1', host(), `Cookie: a=${'x'.repeat(40_000)}`))).toContain(
      'Clear-Site-Data: "cookies"'
    );
    await refusedAs(
      lines(
        'GET / HTTP/1.1',
        host(),
        ...Array.from({ length: 300 }, (_, i) => `X-${i}: 1`),
        'Connection: close'
      ),
      400
    );
  });

  it('passes an upgrade to another protocol over in silence', async () => {
    const answer = await raw(
      lines(
        'GET / HTTP/1.1',
        host(),
        'Connection: Upgrade, HTTP2-Settings, close',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__'
      )
    );
    expect(statuses(answer)).toEqual([200]);
    expect(stage.behind.api.last()?.headers).not.toHaveProperty('upgrade');
    expect(stage.behind.api.last()?.headers).not.toHaveProperty('http2-settings');
  });

  it('cannot have a decisive header taken out by naming it in Connection', async () => {
    await raw(
      lines(
        'GET / HTTP/1.1',
        host(),
        'Cookie: __Host-hopslab_session=s',
        'Connection: close, cookie, host, x-hopslab-client-address'
      )
    );
    expect(stage.behind.api.last()?.headers).toMatchObject({
      cookie: '__Host-hopslab_session=s',
      'x-hopslab-client-address': '127.0.0.1'
    });
  });
});

describe('the line between the API and the sandbox', () => {
  const ask = (path: string) => stage.ask(path, { host: stage.host.notebook, headers: { cookie } });

  it.each([
    '/lab/../api/v1/me',
    '/lab/%2e%2e/api/v1/me',
    '/lab/.%2E/api/v1/me',
    '/lab/..%2fapi%2fv1/me',
    '/lab/..%5capi/v1/me',
    '/api%2fv1/me',
    '/%61pi/v1/me',
    '/api/%76%31/me',
    '/api%252fv1/me',
    '//api/v1/me',
    '/api//v1/me',
    '/./api/v1/me',
    '/API/V1/me',
    '/api;x/v1/me',
    '/api/v1/../../lab',
    '/api/v1/%2e%2e/%2e%2e/lab',
    '/_hopslab/../lab',
    '/_hopslab/..%2flab'
  ])('is not crossed by %s', async path => {
    const answer = await ask(path);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'request.invalid']);
  });

  it('lets unusual but plain names pass', async () => {
    for (const path of [
      '/api/contents/a%20b/%C3%A9.ipynb',
      '/api/v1x',
      '/files/a%2fb',
      '/lab/tree/x..y',
      '/api/contents/api/v1',
      '/?next=/api/v1'
    ])
      expect((await ask(path)).body).toBe('sandbox');
    for (const path of [
      '/api/v1',
      '/api/v1/x?y=/lab',
      '/api/v1/projects/p/datasets/d/files/a%2Fb',
      '/api/v1/projects/p/datasets/d/files/..%2fx'
    ])
      expect((await ask(path)).body).toBe('api');
  });

  it('gives the sandbox no request that a lenient reader would send to the API', async () => {
    const piece = fc.constantFrom(
      'api',
      'v1',
      '_hopslab',
      'lab',
      '..',
      '.',
      '',
      '%2e%2e',
      '%2E.',
      '%61pi',
      'API',
      'v%31',
      'x;y',
      '%2f',
      '%252e'
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }),
        fc.constantFrom('/', '//', '%2f', '%5c'),
        async (pieces, slash) => {
          const path = `/${pieces.join(slash)}`;
          const { body } = await ask(path);
          let lenient = path;
          while (lenient !== (lenient = decodeURIComponent(lenient)));
          lenient = new URL(
            lenient.replaceAll('\\', '/').replace(/\/+/g, '/'),
            'https://x'
          ).pathname.toLowerCase();
          const api = /^\/(api\/v1|_hopslab)(\/|$)/.test(lenient);
          if (body === 'sandbox') expect(api).toBe(false);
          if (body === 'api') expect(api).toBe(true);
        }
      ),
      { numRuns: 150 }
    );
  });
});

describe('a Host header', () => {
  it('reaches nothing unless it is one of ours, whatever is in it', async () => {
    const good = new Set([stage.host.hub, `localhost:${stage.port}`, `127.0.0.1:${stage.port}`]);
    const part = fc.constantFrom(
      'hopslab-test.localhost',
      'localhost',
      '127.0.0.1',
      stage.label,
      '.',
      ':',
      String(stage.port),
      '443',
      '@',
      ' ',
      ',',
      '[::1]',
      'x',
      '%00'
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join('')),
        async host => {
          const trimmed = host.trim().toLowerCase();
          const answer = statuses(
            await raw(lines('GET / HTTP/1.1', `Host: ${host}`, 'Connection: close'))
          )[0];
          const expected = good.has(trimmed) ? 200 : trimmed === stage.host.notebook ? 401 : 421;
          expect([expected, 400]).toContain(answer);
        }
      ),
      { numRuns: 150 }
    );
  });

  it('is refused with a problem in words', async () => {
    expect(codeOf(await stage.ask('/', { host: 'evil.example' }))).toBe('request.misdirected');
  });
});
