import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackoff } from './backoff.js';
import { keepAlive, type Kept, type Keeper } from './keep-alive.js';
import { createNodeService } from './node-service.js';
import { createServiceBoard, type Service } from './service-board.js';
import { inheritedSockets } from './sockets.js';

const logger = pino({ level: 'silent' });
let folder: string;
let board: string;
let keepers: Keeper[];
let listeners: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopslab-supervisor-'));
  board = join(folder, 'services.json');
  keepers = [];
  listeners = [];
});
afterEach(async () => {
  for (const keeper of keepers) await keeper.stop();
  for (const listener of listeners) listener.close();
  rmSync(folder, { recursive: true });
});

const told = (): Service[] => (JSON.parse(readFileSync(board, 'utf8')) as { services: Service[] }).services;
const stateOf = (name: string) => told().find(service => service.name === name);

const keep = (service: Kept): Keeper => {
  const keeper = keepAlive(service, createServiceBoard(board, [service.name]), logger);
  keepers.push(keeper);
  return keeper;
};

/** A real process of ours that runs `code`, with a listening socket as descriptor 3. */
const service = async (code: string, patience?: number): Promise<Kept> => {
  const script = join(folder, 'service.mjs');
  writeFileSync(script, code);
  const listener = createServer();
  await new Promise<void>(resolve => listener.listen(join(folder, 'socket'), resolve));
  listeners.push(listener);
  const { fd } = (listener as unknown as { _handle: { fd: number } })._handle;
  return createNodeService({
    name: 'service',
    script,
    sockets: [fd],
    log: join(folder, 'service.log'),
    heap: 64,
    ...(patience !== undefined && { patience })
  });
};

const steady = `
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.send({ ready: true });
`;

describe('a kept service', () => {
  it('is ready when it says so, and stopped when it is told to', async () => {
    const keeper = keep(await service(steady));
    await keeper.first;
    expect(stateOf('service')).toMatchObject({
      state: 'ready',
      pid: expect.any(Number) as number,
      restarts: 0
    });
    await keeper.stop();
    expect(stateOf('service')).toMatchObject({ state: 'stopped' });
  });

  it('is started again at once when it is killed', async () => {
    const keeper = keep(await service(steady));
    await keeper.first;
    const pid = stateOf('service')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => {
      const now = stateOf('service');
      expect(now?.state).toBe('ready');
      expect(now?.pid).not.toBe(pid);
      expect(now?.restarts).toBe(1);
    }, 10_000);
  });

  it('has its failure told, and is tried again', async () => {
    const flag = join(folder, 'mended');
    keep(
      await service(`
        import { existsSync } from 'node:fs';
        if (!existsSync(${JSON.stringify(flag)})) process.exit(3);
        ${steady}
      `)
    );
    await vi.waitFor(() => {
      expect(stateOf('service')).toMatchObject({
        state: expect.stringMatching(/starting|failed/) as string,
        reason: expect.stringContaining('exit code 3') as string
      });
    }, 10_000);
    writeFileSync(flag, '');
    await vi.waitFor(() => expect(stateOf('service')?.state).toBe('ready'), 20_000);
  });

  it('is killed when it does not end by itself', async () => {
    const keeper = keep(
      await service(
        "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); process.send({ ready: true });",
        200
      )
    );
    await keeper.first;
    await keeper.stop();
    expect(stateOf('service')?.state).toBe('stopped');
  });
});

describe('backing off', () => {
  it('restarts the first time at once, then waits longer and longer, and forgets after a steady run', () => {
    const backoff = createBackoff();
    const pauses = Array.from({ length: 9 }, () => backoff.next(100));
    expect(pauses).toEqual([0, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
    expect(backoff.next(60_000)).toBe(0);
    expect(backoff.next(60_000)).toBe(0);
  });
});

describe('inherited sockets', () => {
  it('are found by name', () => {
    const given = { LISTEN_FDS: '2', LISTEN_FDNAMES: 'proxy:server' };
    expect(inheritedSockets(['proxy', 'server'], given)).toEqual({ proxy: 3, server: 4 });
  });

  it('are asked for in words where one is missing', () => {
    expect(() => inheritedSockets(['proxy', 'server'], { LISTEN_FDS: '1', LISTEN_FDNAMES: 'proxy' })).toThrow(
      /server; start with/
    );
    expect(() => inheritedSockets(['proxy'], { LISTEN_FDS: '2', LISTEN_FDNAMES: 'proxy' })).toThrow(
      /do not fit/
    );
  });
});
