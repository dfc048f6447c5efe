import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox, SandboxSpec, SandboxStatus } from './sandbox.js';

export interface SandboxUnderTest {
  readonly sandbox: Sandbox;
  /** A second one over the same folders, as after a restart of the platform. */
  readonly again: () => Sandbox;
  /** Makes a folder of the host that a sandbox may have mounted writable. */
  readonly folder: (name: string) => string;
  readonly close: () => void;
}

const mebibyte = 2 ** 20;
const shell = (script: string): string[] => ['/bin/bash', '-c', script];

/** What every way of running a sandbox keeps to. */
export const sandboxContract = (name: string, create: () => SandboxUnderTest): void => {
  describe(`${name} keeps the sandbox contract`, () => {
    let under: SandboxUnderTest;
    let sandbox: Sandbox;
    let out: string;

    beforeEach(() => {
      under = create();
      sandbox = under.sandbox;
      out = under.folder('out');
    });
    afterEach(async () => {
      for (const id of await sandbox.list()) await sandbox.stop(id);
      under.close();
    });

    const spec = (command: string[], more: Partial<SandboxSpec> = {}): SandboxSpec => ({
      id: randomUUID(),
      projectUser: 'atlas__ada',
      command,
      env: { PATH: '/usr/bin:/bin', GREETING: 'hello' },
      mounts: [{ source: out, target: '/out', writable: true }],
      memory: 256 * mebibyte,
      grace: 2,
      ...more
    });
    const ended = (id: string, by = sandbox): Promise<Extract<SandboxStatus, { state: 'ended' }>> =>
      vi.waitFor(
        async () => {
          const status = await by.status(id);
          if (status.state !== 'ended') throw new Error(`it is ${status.state}`);
          return status;
        },
        { timeout: 15_000, interval: 20 }
      );
    const written = (file: string): Promise<string> =>
      vi.waitFor(() => readFileSync(join(out, file), 'utf8'), { timeout: 10_000, interval: 20 });

    it('runs a command with its environment and identity, and keeps the exit code', async () => {
      const job = spec(shell('echo "$GREETING $(id -un) $(id -u)" > /out/said; exit 7'));
      await sandbox.start(job);
      expect(await ended(job.id)).toMatchObject({ code: 7, reason: null });
      expect(await written('said')).toBe('hello atlas__ada 1000\n');
    });

    it('knows nothing of an id that was never started', async () => {
      expect(await sandbox.status(randomUUID())).toEqual({ state: 'absent' });
      await sandbox.stop(randomUUID());
    });

    it('starts the same id only once', async () => {
      const job = spec(shell('echo started >> /out/starts; sleep 60'));
      await sandbox.start(job);
      await written('starts');
      await under.again().start(job);
      expect(await sandbox.status(job.id)).toMatchObject({ state: 'running' });
      expect(await written('starts')).toBe('started\n');
    });

    it('is found by another process of the platform, which can end it', async () => {
      const job = spec(shell('sleep 60'));
      await sandbox.start(job);
      const successor = under.again();
      expect(await successor.list()).toEqual([job.id]);
      expect(await successor.status(job.id)).toMatchObject({ state: 'running' });
      await successor.stop(job.id);
      expect(await sandbox.status(job.id)).toMatchObject({ state: 'ended', reason: null });
    });

    it('asks first, so that a command can end well', async () => {
      const job = spec(shell('trap "echo bye > /out/last; exit 0" TERM; touch /out/ready; sleep 60 & wait'));
      await sandbox.start(job);
      await written('ready');
      await sandbox.stop(job.id);
      expect(await written('last')).toBe('bye\n');
      expect(await sandbox.status(job.id)).toMatchObject({ state: 'ended', code: 0 });
    });

    it('does not ask when it has to end at once', async () => {
      const job = spec(shell('trap "echo bye > /out/last; exit 0" TERM; touch /out/ready; sleep 60 & wait'), {
        grace: 3600
      });
      await sandbox.start(job);
      await written('ready');
      await sandbox.stop(job.id, 'at once');
      expect(existsSync(join(out, 'last'))).toBe(false);
      expect(await sandbox.status(job.id)).toMatchObject({ state: 'ended' });
    });

    it('ends what does not listen, and everything that it started', async () => {
      const job = spec(
        shell(
          'trap "" TERM; setsid bash -c \'trap "" TERM; while :; do date +%s%N > /out/beat; done\' & touch /out/ready; while :; do sleep 1; done'
        )
      );
      await sandbox.start(job);
      await written('beat');
      await sandbox.stop(job.id);
      expect(await sandbox.status(job.id)).toMatchObject({ state: 'ended', code: -9 });
      const last = readFileSync(join(out, 'beat'), 'utf8');
      await new Promise(resolve => setImmediate(resolve));
      expect(readFileSync(join(out, 'beat'), 'utf8')).toBe(last);
    });

    it('takes what was left behind with it when its command ends', async () => {
      const job = spec(shell('setsid sleep 60 & exit 3'));
      await sandbox.start(job);
      expect(await ended(job.id)).toMatchObject({ code: 3 });
    });

    it('mounts only what is named, read-only where it says so', async () => {
      const data = under.folder('data');
      const job = spec(
        shell('{ ls /project; touch /project/data/x 2>&1; ls -d /scratch 2>&1; } > /out/said'),
        {
          mounts: [
            { source: out, target: '/out', writable: true },
            { source: data, target: '/project/data', writable: false }
          ]
        }
      );
      await sandbox.start(job);
      await ended(job.id);
      const said = readFileSync(join(out, 'said'), 'utf8').split('\n');
      expect(said[0]).toBe('data');
      expect(said[1]).toMatch(/Read-only file system/);
      expect(said[2]).toMatch(/No such file/);
      expect(readdirSync(data)).toEqual([]);
    });

    it('says why it could not be set up', async () => {
      const job = spec(shell('true'), {
        mounts: [{ source: join(out, 'nothing'), target: '/project/x', writable: false }]
      });
      await expect(sandbox.start(job)).rejects.toThrow(/nothing/);
    });

    it('ends one that holds more memory than it may, and says so in words', async () => {
      const job = spec(['/usr/bin/python3', '-c', 'import time; x = b"1" * (400 << 20); time.sleep(60)']);
      await sandbox.start(job);
      expect((await ended(job.id)).reason).toMatch(/^It used .* the 256 MiB/);
    });

    it('counts memory file systems as memory', async () => {
      const job = spec(
        shell(
          'head -c 100000000 /dev/zero > /tmp/a; head -c 100000000 /dev/zero > /dev/shm/b; exec /usr/bin/python3 -c "import time; x = b\'1\' * (90 << 20); time.sleep(60)"'
        )
      );
      await sandbox.start(job);
      expect((await ended(job.id)).reason).toMatch(/MiB of memory/);
    });

    it('can hold more, or less, from some moment on', async () => {
      const hold = (size: number): string =>
        `x = b'1' * (${String(size)} << 20); open('/out/held', 'w').write(str(len(x) >> 20)); time.sleep(60)`;
      const job = spec([
        '/usr/bin/python3',
        '-c',
        `import os, time\nwhile not os.path.exists('/out/go'): time.sleep(0.02)\n${hold(400)}`
      ]);
      await sandbox.start(job);
      await sandbox.resize(job.id, 512 * mebibyte);
      writeFileSync(join(out, 'go'), '');
      expect(await written('held')).toBe('400');
      expect(await sandbox.status(job.id)).toMatchObject({ state: 'running' });
      await under.again().resize(job.id, 256 * mebibyte);
      expect((await ended(job.id)).reason).toMatch(/256 MiB/);
    });

    it('tells what it has written to disks, by whoever in it, lives they or not', async () => {
      const job = spec(
        shell(
          'head -c 3000000 /dev/zero > /out/a; (head -c 2000000 /dev/zero > /out/b); rm /out/a; > /out/done; sleep 60'
        )
      );
      expect(await sandbox.written(job.id)).toBe(0);
      await sandbox.start(job);
      await written('done');
      await vi.waitFor(async () => expect(await sandbox.written(job.id)).toBeGreaterThanOrEqual(5_000_000), {
        timeout: 10_000,
        interval: 20
      });
      expect(await sandbox.written(job.id)).toBeLessThan(8_000_000);
    });

    it('is resized in vain where there is none', async () => {
      await sandbox.resize(randomUUID(), 512 * mebibyte);
      expect(await sandbox.list()).toEqual([]);
    });

    it('makes the folders where both sides meet before it starts, and forgets them when it has ended', async () => {
      const job = spec(shell('ls /run/hopslab > /out/said; touch /run/hopslab/mine /run/web/mine'));
      const { api, web } = await sandbox.prepare(job.id);
      mkdirSync(join(api, 'seen'));
      await sandbox.start(job);
      await ended(job.id);
      expect(await written('said')).toBe('seen\n');
      expect(readdirSync(api)).toEqual(['seen']);
      expect(readdirSync(web)).toEqual(['mine']);
      await sandbox.forget(job.id);
      expect(existsSync(web)).toBe(false);
      expect(await sandbox.list()).toEqual([]);
    });

    it('is not forgotten while it runs', async () => {
      const job = spec(shell('sleep 60'));
      await sandbox.start(job);
      await expect(sandbox.forget(job.id)).rejects.toThrow(/running/);
    });
  });
};
