import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { handedOut, mostBytes } from './handing-out.js';
import { codeOf, world, type World } from './proxy.fixture.js';

const asked = (target: string, method = 'GET') =>
  handedOut({ method, target, path: target.split('?', 1)[0] ?? '', project: 'demo' });

describe('what a data scientist is handed out', () => {
  it.each([
    ['/files/Jupyter/a.ipynb', '/datasets/Jupyter/files/a.ipynb'],
    ['/files/genome/x/big.csv?download=1', '/datasets/genome/files/x/big.csv'],
    [
      '/files/genome/gr%C3%BC%C3%9Fe%20%26%3F%23.csv',
      '/datasets/genome/files/gr%C3%BC%C3%9Fe%20%26%3F%23.csv'
    ],
    ['/files/genome/100%2525.csv', '/datasets/genome/files/100%2525.csv']
  ])('files are the platform’s to give: %s', (target, elsewhere) => {
    expect(asked(target)).toEqual({ elsewhere: `/api/v1/projects/demo${elsewhere}` });
  });

  it.each([
    '/files/Jupyter/../genome/big.csv',
    '/files/Jupyter/%2e%2e/genome/big.csv',
    '/files/../project/genome/big.csv',
    '/files/Jupyter/./a.py',
    '/files//genome/big.csv',
    '/files/Jupyter/a%2F..%2F..%2Fgenome%2Fbig.csv',
    '/files/genome/big.csv%00.py',
    '/files/genome/%ff.py',
    '/x/../files/genome/big.csv',
    '//files/genome/big.csv',
    '/%66iles/genome/big.csv',
    '/FILES/genome/big.csv',
    '/api//contents/genome/big.csv',
    '/api/%63ontents/genome/big.csv',
    '/api/contents/Jupyter/../genome/a.py',
    '/api/contents/Jupyter/a%2f..%2fb.py'
  ])('a path that can be read in two ways leads nowhere: %s', target => {
    expect(() => asked(target)).toThrow('two ways');
  });

  it.each([
    ['/files', 'data.export'],
    ['/files/big.csv', 'data.export'],
    ['/nbconvert/html/Jupyter/a.ipynb?download=true', 'data.export'],
    ['/x/../nbconvert/html', 'data.export'],
    ['/api/contents/genome/x.parquet?format=base64', 'data.export'],
    ['/api/contents/genome/x.parquet?format=text&form%61t=base64', 'data.export'],
    ['/api/contents/Jupyter/x.whl?format=base64', 'data.export']
  ])('%s is refused by the right that is missing', (target, right) => {
    expect(() => asked(target)).toThrow(`You lack the right ${right}`);
  });

  it('contents come as text, pictures as they are, each with a limit', () => {
    expect(asked('/api/contents/genome/x.csv?type=file&content=1')).toEqual({
      target: '/api/contents/genome/x.csv?type=file&content=1&format=text',
      mostBytes: mostBytes.data
    });
    expect(asked('/api/contents/Jupyter/a.ipynb?type=notebook')).toMatchObject({
      mostBytes: mostBytes.other
    });
    expect(asked('/api/contents/Jupyter/a.ipynb.csv')).toMatchObject({ mostBytes: mostBytes.data });
    const plot = '/api/contents/genome/plot.PNG?format=base64';
    expect(asked(plot)).toEqual({ target: plot, mostBytes: mostBytes.data });
    expect(asked('/files/Jupyter/plot.png')).toEqual({
      target: '/files/Jupyter/plot.png',
      mostBytes: mostBytes.data
    });
    for (const folder of ['/api/contents', '/api/contents/', '/api/contents/genome?content=1'])
      expect(asked(folder)).toMatchObject({ mostBytes: mostBytes.data });
    expect(asked('/api/contents/Jupyter/a.ipynb', 'PUT')).toEqual({
      target: '/api/contents/Jupyter/a.ipynb',
      mostBytes: mostBytes.data
    });
    expect(asked('/api/kernels')).toEqual({ target: '/api/kernels', mostBytes: mostBytes.other });
  });
});

describe('the proxy before a notebook server', () => {
  let stage: World;
  beforeAll(async () => {
    stage = await world({
      notebook: (request, response) => {
        const { bytes, chunked, head } = Object.fromEntries(
          new URL(request.url ?? '', 'http://x').searchParams
        );
        if (head !== undefined) response.setHeader('X-Data', 'x'.repeat(Number(head)));
        if (chunked === undefined) response.setHeader('Content-Length', Number(bytes ?? 2));
        else response.flushHeaders();
        response.end(Buffer.alloc(Number(bytes ?? 2), 'x'));
      }
    });
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.seen.clear());

  const as = async (role: 'data_owner' | 'data_scientist') => {
    stage.routes.set({ ...stage.ada, role, socket: stage.paths.notebook });
    const headers = { cookie: await stage.passFor() };
    return (path: string, more: object = {}) =>
      stage.ask(path, { host: stage.host.notebook, headers: { ...headers, ...more } });
  };

  it('lets data owners have everything, and does not count it', async () => {
    const ask = await as('data_owner');
    const bytes = mostBytes.other + 1;
    expect((await ask(`/files/genome/x.csv?bytes=${bytes}`)).body).toHaveLength(bytes);
    expect(stage.behind.notebook.last()?.url).toBe(`/files/genome/x.csv?bytes=${bytes}`);
    expect([...stage.seen]).toEqual([]);
  });

  it('counts what a data scientist is sent, by HTTP and by WebSocket', async () => {
    const ask = await as('data_scientist');
    await ask('/lab?bytes=70000');
    expect(stage.seen.get('ada')).toBeGreaterThanOrEqual(70_000);
    expect(stage.seen.get('ada')).toBeLessThan(70_500);
    const headers = { host: stage.host.notebook, cookie: await stage.passFor() };
    const origin = stage.origins.notebook(stage.label);
    const socket = new WebSocket(`wss://127.0.0.1:${stage.port}/ws`, {
      rejectUnauthorized: false,
      headers: { ...headers, origin }
    });
    await once(socket, 'open');
    socket.send('x'.repeat(100_000));
    await once(socket, 'message');
    socket.terminate();
    expect(stage.seen.get('ada')).toBeGreaterThanOrEqual(170_000);
    expect(stage.seen.get('ada')).toBeLessThan(171_500);
  });

  it('counts what is sent in the head of an answer', async () => {
    const ask = await as('data_scientist');
    expect((await ask('/lab?head=12000')).headers['x-data']).toHaveLength(12_000);
    expect(stage.seen.get('ada')).toBeGreaterThanOrEqual(12_000);
  });

  it('gives a data scientist no large answer, and no piece of one', async () => {
    const ask = await as('data_scientist');
    const answer = await ask(`/api/contents/genome/x.csv?bytes=${mostBytes.data + 1}`);
    expect(answer.status).toBe(403);
    expect(codeOf(answer)).toBe('access.denied');
    expect(JSON.parse(answer.body)).toMatchObject({
      message: expect.stringContaining('data.export') as string,
      detail: expect.stringContaining('A data owner of the project') as string
    });
    expect((await ask(`/api/contents/genome/x.csv?bytes=${mostBytes.data}`)).status).toBe(200);
    await expect(ask(`/lab/x?chunked=1&bytes=${mostBytes.other + 1}`)).rejects.toThrow();
    await ask('/lab/extensions/x.bin', { range: 'bytes=0-9' });
    expect(stage.behind.notebook.last()?.headers.range).toBeUndefined();
    expect(stage.seen.get('ada')).toBeLessThanOrEqual(mostBytes.data + mostBytes.other + 2000);
  });

  it('knows files by whatever way they are asked for', async () => {
    const ask = await as('data_scientist');
    const before = stage.behind.notebook.seen.length;
    expect(await ask('/files/genome/x.csv')).toMatchObject({
      status: 302,
      headers: { location: '/api/v1/projects/demo/datasets/genome/files/x.csv' }
    });
    // What asks for a WebSocket and is given none is answered all the same.
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      origin: stage.origins.notebook(stage.label)
    };
    expect((await ask('/files/genome/x.csv', upgrade)).status).toBe(404);
    expect((await ask('/nbconvert/html/Jupyter/a.ipynb')).status).toBe(403);
    expect(stage.behind.notebook.seen.length).toBe(before);
  });

  it('looks at the role as it is', async () => {
    const ask = await as('data_owner');
    expect((await ask('/files/genome/x.csv')).status).toBe(200);
    await as('data_scientist');
    await vi.waitFor(async () => expect((await ask('/files/genome/x.csv')).status).toBe(302), 20_000);
  });
});
