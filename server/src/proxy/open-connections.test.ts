import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { labelOf } from '../platform/label.js';
import { world } from './proxy.fixture.js';

it('a request behind another one does not keep that one’s answer from ending with its credential', async () => {
  const stage = await world({ notebook: (_, response) => response.write('a long answer begins') });
  const mine = labelOf('demo', 'bob');
  const bob = {
    project: 'demo',
    user: 'bob',
    role: 'data_scientist',
    epoch: 1,
    sessions: new Map([['s2', 'browser' as const]]),
    socket: stage.paths.notebook
  } as const;
  stage.routes.set(bob);
  const socket = connect({ port: stage.port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.on('error', () => undefined);
  const send = (host: string, cookie: string): boolean =>
    socket.write(`GET /api/status HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`);
  send(stage.host.notebook, await stage.passFor());
  await once(socket, 'data');
  send(stage.host.notebook.replace(stage.label, mine), await stage.passFor({ user: 'bob', session: 's2' }));
  await expect.poll(() => stage.open.sessions(), { timeout: 15_000 }).toContain('s2');
  const closed = once(socket, 'close');
  stage.routes.set({ ...stage.ada, socket: stage.paths.notebook, sessions: new Map() });
  stage.open.sweep();
  await closed;
  await stage.close();
});
