import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { listenForSandbox } from './listen.js';

it('lets a sandbox hold only so many connections', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'listen-'));
  const path = join(folder, 'api', 's');
  const server = await listenForSandbox(() => undefined, path, { project: 'p', user: 'u', sandbox: 's' });
  const sockets: Socket[] = [];
  for (let i = 0; i < 400; i++) {
    const socket = connect({ path }).on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
    sockets.push(socket);
    if (i % 50 === 49) await pause(20);
  }
  await expect.poll(() => sockets.filter(socket => !socket.destroyed).length).toBeLessThanOrEqual(256);
  const held = await new Promise(resolve => {
    server.getConnections((_, count) => {
      resolve(count);
    });
  });
  expect(held).toBe(256);
  for (const socket of sockets) socket.destroy();
  server.close();
  rmSync(folder, { recursive: true });
});
