import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOwn, connectSandbox } from './connect.js';
import { listening } from './proxy.fixture.js';

let folder: string;
let server: Server;
const at = (name: string) => join(folder, name);
const mine = process.getuid?.() ?? 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopslab-connect-'));
  server = createNetServer(socket => socket.on('error', () => undefined).end('hello'));
  await new Promise<void>(resolve => server.listen(at('real.sock'), () => resolve()));
  symlinkSync(at('real.sock'), at('link.sock'));
  symlinkSync(at('nowhere'), at('dangling.sock'));
  writeFileSync(at('file.sock'), '');
  mkdirSync(at('folder.sock'));
  execFileSync('mkfifo', [at('fifo.sock')]);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** The files in the folder that are open, by the names they were opened by. */
const opened = (): string[] =>
  readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      const name = readlinkSync(`/proc/self/fd/${fd}`);
      return name.startsWith(folder) ? [name] : [];
    } catch {
      return [];
    }
  });

describe('a socket in a sandbox’s folder', () => {
  it('is connected to', async () => {
    const socket = await connectSandbox(at('real.sock'), mine, 0);
    const chunks = (await socket.toArray()) as Buffer[];
    expect(Buffer.concat(chunks).toString()).toBe('hello');
  });

  it.each(['link.sock', 'dangling.sock', 'file.sock', 'folder.sock', 'fifo.sock', 'absent.sock'])(
    'is not connected to when it is %s',
    name => expect(connectSandbox(at(name), mine, 0)).rejects.toThrow()
  );

  it('is not connected to when somebody else made it', () =>
    expect(connectSandbox(at('real.sock'), mine + 1, 0)).rejects.toThrow('own'));

  it('leaves no descriptor behind', async () => {
    for (const name of ['link.sock', 'file.sock', 'fifo.sock', 'absent.sock'])
      await connectSandbox(at(name), mine, 0).catch(() => undefined);
    const socket = await connectSandbox(at('real.sock'), mine, 0);
    expect(opened()).toEqual([]);
    socket.destroy();
  });
});

describe('our own socket', () => {
  it('is waited for, a while', async () => {
    await expect(connectOwn(at('late.sock'), 50)).rejects.toMatchObject({ code: 'ENOENT' });
    const waiting = connectOwn(at('late.sock'), 10_000);
    const late = createServer();
    await listening(late, at('late.sock'));
    (await waiting).destroy();
    late.close();
  });
});
