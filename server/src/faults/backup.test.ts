import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  chown,
  mkdtemp,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { audit, projects } from '@hopslab/schema';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startInstallation } from './installation.js';
import { until } from './patience.js';
import { createPerson } from './person.js';

const at = inject('installation');
const program = fileURLToPath(new URL('../../../hopslab', import.meta.url));
const execute = promisify(execFile);
let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'hopslab-backup-'));
  await chmod(place, 0o755);
});
afterAll(() => rm(place, { recursive: true, force: true }));

const admin = async <T>(...args: string[]): Promise<T> =>
  JSON.parse((await execute(program, ['admin', ...args, '--json'])).stdout) as T;
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false
  );

it('an interrupted backup is none', async () => {
  const folder = join(place, 'interrupted');
  const child = spawn(program, ['admin', 'backup', folder, '--data', at.data], { stdio: 'ignore' });
  await until('beginning of the backup', () => isThere(`${folder}.unfinished`));
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect([await isThere(folder), await isThere(`${folder}.unfinished`)]).toEqual([false, false]);
});

it('a backup made while people work is put back whole, in another place, or not at all', async () => {
  const person = createPerson(at);
  const name = 'to_be_saved';
  await person.ask('/projects', { method: 'POST', body: { name } });
  const files = (data: string) => join(data, 'projects', name, 'Jupyter');
  const owner = await until('folder of the project', () => stat(files(at.data)).catch(() => undefined));
  await writeFile(join(files(at.data), 'kept.py'), 'print(1)\n');
  await chown(join(files(at.data), 'kept.py'), owner.uid, owner.gid);
  await symlink('/etc/passwd', join(files(at.data), 'link.py'));

  let stop = false;
  let accepted = 0;
  const work = async (): Promise<void> => {
    while (!stop) {
      const body = { description: String(accepted + 1) };
      await person.ask(`/projects/${name}`, { method: 'PATCH', body });
      accepted++;
    }
  };
  const working = work();
  await until('few changes', () => accepted > 3);
  const before = accepted;
  const backup = join(place, 'backup');
  expect(await admin('backup', backup, '--data', at.data)).toMatchObject({ backup });
  const most = accepted + 1;
  stop = true;
  await working;
  expect(accepted).toBeGreaterThan(before);

  // Nobody else reads it, and it is not written over.
  expect((await stat(backup)).mode & 0o777).toBe(0o700);
  expect((await stat(join(backup, 'secrets', 'tokens.key'))).mode & 0o777).toBe(0o600);
  await expect(admin('backup', backup, '--data', at.data)).rejects.toThrow('is there already');
  await expect(admin('restore', backup, '--data', at.data, '--yes')).rejects.toThrow('./hopslab down');

  const data = join(place, 'data');
  await admin('restore', backup, '--data', data);
  await expect(admin('restore', backup, '--data', data)).rejects.toThrow('give --yes');
  expect(await readFile(join(files(data), 'kept.py'), 'utf8')).toBe('print(1)\n');
  expect((await stat(join(files(data), 'kept.py'))).uid).toBe(owner.uid);
  expect(await readlink(join(files(data), 'link.py'))).toBe('/etc/passwd');

  const second = await startInstallation({ folder: data });
  try {
    const same = createPerson({ ...second, username: at.username, password: at.password });
    const project = await same.ask<projects.Project>(`/projects/${name}`);
    expect(Number(project.description)).toBeGreaterThanOrEqual(before);
    expect(Number(project.description)).toBeLessThanOrEqual(most);
    // The copying of every key is told by the copy itself.
    const { items } = await same.ask<{ items: audit.AuditRow[] }>('/admin/audit?action=backup&limit=1');
    expect(items).toMatchObject([{ actor: '(command line)', action: 'backup.begun' }]);
    const found = await admin<audit.Verification>('verify-audit', '--data', data);
    expect(found).toMatchObject({ verified: true, faults: [] });
    expect(found.rows).toBeGreaterThan(before);
  } finally {
    await second.down();
  }

  await writeFile(join(files(data), 'kept.py'), 'print(2)\n');
  await admin('restore', backup, '--data', data, '--yes');
  expect(await readFile(join(files(data), 'kept.py'), 'utf8')).toBe('print(1)\n');

  // One byte more somewhere in the backup: what is there stays.
  await appendFile(join(files(backup), 'kept.py'), '#');
  await expect(admin('restore', backup, '--data', data, '--yes')).rejects.toThrow('is not as it was saved');
  expect(await readFile(join(files(data), 'kept.py'), 'utf8')).toBe('print(1)\n');
  expect(await isThere(join(data, 'restoring'))).toBe(false);
});
