import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, listening, world, type World } from './proxy.fixture.js';

let stage: World;
beforeAll(async () => {
  stage = await world({ api: () => undefined, patience: { connect: 500, api: 3000 } });
});
afterAll(() => stage.close());

describe('an API server that is away', () => {
  it('is waited for, then answered for with a problem that says to try again', async () => {
    const late = await stage.ask('/api/v1/auth/me', { method: 'POST', body: '{}' });
    expect([late.status, codeOf(late), late.headers['retry-after']]).toEqual([
      503,
      'service.unavailable',
      '1'
    ]);
    await stage.behind.api.close();
    const away = await stage.ask('/api/v1/auth/me');
    expect([away.status, codeOf(away)]).toEqual([503, 'service.unavailable']);
  });

  it('is found again as soon as it is back', async () => {
    const waiting = stage.ask('/back');
    const server = createServer((_, response) => response.end('back'));
    await listening(server, stage.paths.api);
    expect(await waiting).toMatchObject({ status: 200, body: 'back' });
    expect(await stage.ask('/back', { method: 'POST', body: 'x' })).toMatchObject({ status: 200 });
    server.closeAllConnections();
    server.close();
  });

  it('that dies over a request is asked again where that changes nothing', async () => {
    let times = 0;
    const server = createServer((request, response) => {
      times++;
      if (times % 2 === 1) request.socket.destroy();
      else response.end('second');
    });
    await listening(server, stage.paths.api);
    expect(await stage.ask('/')).toMatchObject({ status: 200, body: 'second' });
    times = 0;
    const post = await stage.ask('/', { method: 'POST', body: 'x' });
    expect([post.status, codeOf(post), times]).toEqual([503, 'service.unavailable', 1]);
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
});
