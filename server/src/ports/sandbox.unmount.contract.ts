import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SandboxUnderTest } from './sandbox.contract.js';
import type { Sandbox } from './sandbox.js';

const shared = '/project/shared/genes::reads';
/** Python's own mmap keeps a descriptor beside the mapping. */
const mapped = `import ctypes; libc = ctypes.CDLL(None); libc.mmap.argtypes = [ctypes.c_void_p] + [ctypes.c_long] * 5
    fd = os.open('${shared}/reads.csv', os.O_RDONLY); libc.mmap(None, 4096, 1, 2, fd, 0); os.close(fd)`;
const [within, patient] = [5000, { timeout: 15_000, interval: 20 }];

/** What a way of running a sandbox keeps to when a folder is taken out of one that runs. */
export const unmountContract = (name: string, create: () => SandboxUnderTest): void => {
  describe(`${name} takes a folder out of a running sandbox`, () => {
    let under: SandboxUnderTest;
    let sandbox: Sandbox;
    let [out, data, other] = ['', '', ''];

    beforeEach(() => {
      under = create();
      sandbox = under.sandbox;
      [out, data, other] = [under.folder('out'), under.folder('data'), under.folder('other')];
      writeFileSync(join(data, 'reads.csv'), 'secret');
    });
    afterEach(async () => {
      for (const id of await sandbox.list()) await sandbox.stop(id);
      under.close();
    });

    const begin = async (script: string, writable = true): Promise<string> => {
      const id = randomUUID();
      await sandbox.start({
        id,
        projectUser: 'atlas__ada',
        command: ['/usr/bin/python3', '-c', script],
        env: { PATH: '/usr/bin:/bin' },
        mounts: [
          { source: out, target: '/out', writable: true },
          { source: other, target: '/project/other', writable: true },
          { source: data, target: shared, writable }
        ],
        memory: 2 ** 28,
        grace: 2
      });
      return id;
    };
    const written = (file: string): Promise<string> =>
      vi.waitFor(() => readFileSync(join(out, file), 'utf8'), patient);
    /** How long it took, and what came of it. */
    const takeOut = async (id: string, by = sandbox): Promise<'out' | 'ended'> => {
      const began = performance.now();
      const how = await by.unmount(id, [shared]);
      expect(performance.now() - began).toBeLessThan(within);
      return how;
    };

    it('and those who only look there do not find it any more', async () => {
      const id = await begin(`
import os, time
open('/out/before', 'w').write(open('${shared}/reads.csv').read())
while not os.path.exists('/out/go'): time.sleep(0.02)
open('/out/after', 'w').write(str(os.listdir('${shared}')))
time.sleep(600)`);
      expect(await written('before')).toBe('secret');
      expect((await sandbox.mounts(id)).find(({ target }) => target === shared)).toEqual({
        target: shared,
        writable: true
      });
      expect(await takeOut(id, under.again())).toBe('out');
      writeFileSync(join(out, 'go'), '');
      expect(await written('after')).toBe('[]');
      const targets = (await sandbox.mounts(id)).map(({ target }) => target);
      expect(targets).toContain('/project/other');
      expect(targets).not.toContain(shared);
      expect(await takeOut(id)).toBe('out');
      expect(readFileSync(join(data, 'reads.csv'), 'utf8')).toBe('secret');
    });

    it.each([
      ['a file open', `held = open('${shared}/reads.csv')`],
      ['a file mapped', mapped],
      ['its place', `os.chdir('${shared}')`],
      ['a file of a folder open', `held = os.open('${shared}', os.O_RDONLY)`]
    ])('and who has %s there is ended, the others live on', async (_what, hold) => {
      const id = await begin(`
import os, time
pid = os.fork()
if pid == 0:
    ${hold}
    open('/out/holds', 'w').close()
    time.sleep(600)
open('/out/ended', 'w').write(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
time.sleep(600)`);
      await written('holds');
      expect(await takeOut(id)).toBe('out');
      await vi.waitFor(async () => expect(await written('ended')).toBe('-9'), patient);
      expect(await sandbox.status(id)).toMatchObject({ state: 'running' });
    });

    it('only for writing: who writes there is ended, who reads goes on and reads', async () => {
      const id = await begin(`
import mmap, os, time
def apart(hold):
    pid = os.fork()
    if pid == 0:
        hold()
        time.sleep(600)
    return pid
def mapped():
    file = os.open('${shared}/mapped', os.O_RDWR | os.O_CREAT); os.ftruncate(file, 4096)
    global kept; kept = mmap.mmap(file, 4096); os.close(file)
def opened():
    global kept; kept = open('${shared}/opened', 'w')
def reads():
    global kept; os.chdir('${shared}'); kept = open('reads.csv')
writers, reader = [apart(mapped), apart(opened)], apart(reads)
while not all(os.path.exists('${shared}/' + name) for name in ('mapped', 'opened')): time.sleep(0.02)
time.sleep(0.2)
open('/out/holds', 'w').close()
ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in writers]
while not os.path.exists('/out/go'): time.sleep(0.02)
try: open('${shared}/more', 'w'); ends.append('written')
except OSError as error: ends.append(error.strerror)
ends.append(open('${shared}/reads.csv').read())
ends.append(os.waitpid(reader, os.WNOHANG)[0])
open('/out/told', 'w').write(str(ends))
time.sleep(600)`);
      await written('holds');
      expect(await under.again().makeReadOnly(id, [shared])).toBe('read-only');
      writeFileSync(join(out, 'go'), '');
      await vi.waitFor(
        async () => expect(await written('told')).toBe("[-9, -9, 'Read-only file system', 'secret', 0]"),
        patient
      );
      const mounts = await sandbox.mounts(id);
      expect(mounts).toContainEqual({ target: shared, writable: false });
      expect(mounts).toContainEqual({ target: '/project/other', writable: true });
      expect(await sandbox.makeReadOnly(id, [shared])).toBe('read-only');
      expect(await sandbox.makeReadOnly(randomUUID(), [shared])).toBe('read-only');
    });

    it('only for writing, and ends it where nobody can be found who hides that he may', async () => {
      const id = await begin(`
import os, socket, time
one, other = socket.socketpair()
held = os.open('${shared}/x', os.O_WRONLY | os.O_CREAT)
socket.send_fds(one, [b'x'], [held])
os.close(held)
open('/out/holds', 'w').close()
time.sleep(600)`);
      await written('holds');
      expect(await sandbox.makeReadOnly(id, [shared])).toBe('ended');
      expect(await sandbox.status(id)).toMatchObject({ state: 'ended' });
    });

    it('twice at once, as by the successor of a platform that died over it', async () => {
      const id = await begin(`
import os, time
if os.fork() == 0: os.chdir('${shared}')
open('/out/holds', 'w').close()
time.sleep(600)`);
      await written('holds');
      expect(await Promise.all([takeOut(id), takeOut(id, under.again())])).toEqual(['out', 'out']);
      expect((await sandbox.mounts(id)).map(({ target }) => target)).not.toContain(shared);
      expect(await sandbox.status(id)).toMatchObject({ state: 'running' });
    });

    it('however fast somebody opens what is there', async () => {
      const id = await begin(`
import os, time
for _ in range(4):
    if os.fork() == 0:
        while True:
            try: open('${shared}/reads.csv').read()
            except OSError: break
        open('/out/lost', 'w').close()
        time.sleep(600)
open('/out/holds', 'w').close()
while True:
    if os.fork() == 0:
        time.sleep(0.001)
        try: os.chdir('${shared}')
        except OSError: pass
        time.sleep(0.05); os._exit(0)
    try: os.waitpid(-1, os.WNOHANG)
    except ChildProcessError: pass
    time.sleep(0.005)`);
      await written('holds');
      expect(await takeOut(id)).toBe('out');
      expect((await sandbox.mounts(id)).map(({ target }) => target)).not.toContain(shared);
    });

    it('and ends it where nobody can be found who hides what he has', async () => {
      const id = await begin(`
import os, socket, time
one, other = socket.socketpair()
held = os.open('${shared}/reads.csv', os.O_RDONLY)
socket.send_fds(one, [b'x'], [held])
os.close(held)
open('/out/holds', 'w').close()
time.sleep(600)`);
      await written('holds');
      expect(await takeOut(id)).toBe('ended');
      expect(await sandbox.status(id)).toMatchObject({ state: 'ended' });
    });

    it.each([
      ['as it is', ''],
      ['hidden in a socket', `socket.send_fds(one, [b'x'], [held]); os.close(held)`],
      ['of a process that lets nobody look', 'libc.prctl(4, 0, 0, 0, 0)']
    ])(
      'and who watches what happens there is ended, %s; who watches nothing lives on',
      async (_how, hide) => {
        const id = await begin(`
import ctypes, os, socket, time
libc = ctypes.CDLL(None)
one, other = socket.socketpair()
pid = os.fork()
if pid == 0:
    held = libc.inotify_init1(os.O_NONBLOCK)
    if libc.inotify_add_watch(held, b'${shared}', 0xFFF) < 0: os._exit(1)
    ${hide || 'pass'}
    open('/out/holds', 'w').close()
    time.sleep(600)
one.close(); other.close()
open('/out/ended', 'w').write(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
time.sleep(600)`);
        await written('holds');
        expect(await takeOut(id)).toBe('out');
        await vi.waitFor(async () => expect(await written('ended')).toBe('-9'), patient);
        expect(await sandbox.status(id)).toMatchObject({ state: 'running' });
      }
    );

    it('or ends it in time where its forks leave nobody to be found', async () => {
      const id = await begin(`
import os, time
for _ in range(8):
    if os.fork() == 0:
        while True:
            held = open('${shared}/reads.csv')
            if os.fork(): os._exit(0)
open('/out/holds', 'w').close()
time.sleep(600)`);
      await written('holds');
      await takeOut(id);
      expect((await sandbox.mounts(id)).map(({ target }) => target)).not.toContain(shared);
    });

    it('which was read-only by the kernel where it is not writable', async () => {
      const id = await begin(
        `
try: open('${shared}/x', 'w')
except OSError as error: open('/out/said', 'w').write(error.strerror)
import time; time.sleep(600)`,
        false
      );
      expect(await written('said')).toBe('Read-only file system');
      expect(await sandbox.mounts(id)).toContainEqual({ target: shared, writable: false });
      expect(existsSync(join(data, 'x'))).toBe(false);
    });

    it('or finds nothing to do where there is none', async () => {
      const id = randomUUID();
      expect(await sandbox.mounts(id)).toEqual([]);
      expect(await sandbox.unmount(id, [shared])).toBe('out');
    });
  });
};
