import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { bubblewrapUnderTest, identity, shim } from './sandbox.fixture.js';
import { limitsIn } from './shim.records.js';

/** The process and all below it, with their start times. */
const treeOf = (root: number): string[] => {
  const processes = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return [{ pid: Number(pid), parent: Number(fields[1]), start: fields[19] ?? '', state: fields[0] }];
      } catch {
        return [];
      }
    });
  const found = processes.filter(each => each.pid === root && each.state !== 'Z');
  for (const one of found)
    found.push(...processes.filter(each => each.parent === one.pid && each.state !== 'Z'));
  return found.map(({ pid, start }) => `${String(pid)} ${start}`);
};

const alive = (known: readonly string[]): string[] =>
  known.filter(one => treeOf(Number(one.split(' ')[0])).some(each => each === one));

it('twenty sandboxes started and stopped leave no process, socket or folder behind', async () => {
  const under = bubblewrapUnderTest();
  const ids = Array.from({ length: 20 }, () => randomUUID());
  const out = under.folder('out');
  const start = (id: string) =>
    under.sandbox.start({
      id,
      projectUser: 'atlas__ada',
      command: [
        '/bin/bash',
        '-c',
        `python3 -c 'import socket,time; s = socket.socket(socket.AF_UNIX); s.bind("/run/web/jupyter.sock"); s.listen(); open("/out/${id}", "w"); time.sleep(600)' & setsid sleep 600 & wait`
      ],
      env: { PATH: '/usr/bin:/bin' },
      mounts: [{ source: out, target: '/out', writable: true }],
      memory: 2 ** 28,
      grace: 1
    });
  const seen: string[] = [];
  for (const id of ids) {
    await start(id);
    const status = await under.sandbox.status(id);
    if (status.state !== 'running') throw new Error(`it is ${status.state}`);
    await vi.waitFor(
      () => {
        expect(existsSync(join(out, id))).toBe(true);
      },
      { timeout: 10_000, interval: 20 }
    );
    seen.push(...treeOf(status.pid));
  }
  expect(seen.length).toBeGreaterThanOrEqual(20 * 6);
  await Promise.all(ids.map(id => under.sandbox.stop(id)));
  await vi.waitFor(
    () => {
      expect(alive(seen)).toEqual([]);
    },
    { timeout: 5000, interval: 50 }
  );
  for (const id of ids) await under.sandbox.forget(id);
  expect(readdirSync(join(under.run, 's'))).toEqual([]);
  expect(readFileSync('/proc/net/unix', 'utf8')).not.toContain(under.run);
  under.close();
}, 120_000);

it('ends with its shim, however that ends', async () => {
  const under = bubblewrapUnderTest();
  const id = randomUUID();
  await under.sandbox.start({
    id,
    projectUser: 'atlas__ada',
    command: ['/bin/bash', '-c', 'trap "" TERM HUP; setsid sleep 600 & wait'],
    env: { PATH: '/usr/bin:/bin' },
    mounts: [],
    memory: 2 ** 28
  });
  const status = await under.sandbox.status(id);
  if (status.state !== 'running') throw new Error(`it is ${status.state}`);
  const tree = treeOf(status.pid);
  process.kill(status.pid, 'SIGKILL');
  await vi.waitFor(
    () => {
      expect(alive(tree)).toEqual([]);
    },
    { timeout: 5000, interval: 50 }
  );
  expect(await under.sandbox.status(id)).toMatchObject({ state: 'ended', code: null });
  await under.sandbox.forget(id);
  under.close();
});

it.each([true, false])('leaves no control group behind, its shim killed or not: %s', async killed => {
  const under = bubblewrapUnderTest();
  const id = randomUUID();
  await under.sandbox.start({
    id,
    projectUser: 'atlas__ada',
    command: ['/bin/sleep', '600'],
    env: { PATH: '/usr/bin:/bin' },
    mounts: [],
    memory: 2 ** 28,
    grace: 1
  });
  const { groups } = await limitsIn(join(under.run, 's', id, 'shim'));
  // Whether there are any is the machine's to say; the shim says so.
  const kept = JSON.parse(
    spawnSync('/usr/bin/python3', ['-I', '-S', '-E', shim, 'limits']).stdout.toString()
  ) as Record<string, string>;
  expect(groups.length > 0).toBe(Object.values(kept).some(way => way.startsWith('control groups')));
  const status = await under.sandbox.status(id);
  if (status.state !== 'running') throw new Error(`it is ${status.state}`);
  for (const folder of groups) expect(readFileSync(join(folder, 'cgroup.procs'), 'utf8')).toMatch(/\d/);
  if (killed) process.kill(status.pid, 'SIGKILL');
  await vi.waitFor(
    async () => {
      await under.sandbox.stop(id);
      expect(groups.filter(existsSync)).toEqual([]);
    },
    { timeout: 10_000, interval: 50 }
  );
  await under.sandbox.forget(id);
  under.close();
});

// Only root can become somebody else to try it.
it.runIf(identity)('lets nobody else on the machine in by its door', async () => {
  const under = bubblewrapUnderTest();
  const id = randomUUID();
  const { api } = await under.sandbox.prepare(id);
  const server = createServer();
  await new Promise<void>(resolve => server.listen(join(api, 'api.sock'), resolve));
  const connect = 'import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])';
  const stranger = spawnSync('/usr/bin/python3', ['-I', '-c', connect, join(api, 'api.sock')], {
    uid: 61_235,
    gid: 61_235
  });
  expect(stranger.stderr.toString()).toMatch(/PermissionError/);
  server.close();
  under.close();
});
