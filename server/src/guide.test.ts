import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFront, type Front } from './testing/front.js';
import { password, startPlatform, type TestPlatform } from './testing/platform.js';

const run = promisify(execFile);
/** The shell's lines in a guide. */
const linesOf = (name: string): string[] => {
  const guide = readFileSync(new URL(`../../docs/guides/${name}.md`, import.meta.url), 'utf8');
  return [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(match => (match[1] ?? '').split('\n'));
};

let platform: TestPlatform;
let front: Front;
let folder: string;

beforeAll(async () => {
  platform = await startPlatform();
  front = await openFront(platform, `select '' as project, '' as username, '' as socket where false`);
  folder = mkdtempSync(join(tmpdir(), 'hopslab-guide-'));
  mkdirSync(join(folder, '.hopslab'));
  for (const at of ['ca.pem', '.hopslab/ca.pem'])
    copyFileSync(join(platform.config.data, 'ca.pem'), join(folder, at));
  // The ports of a test are any that were free; their names are the installation's.
  const ports = {
    [front.hosts.browsers]: front.port,
    [front.hosts.programs]: front.programsPort,
    '127.0.0.1:8443': front.port
  };
  const to = Object.entries(ports).map(([host, port]) => `connect-to = "${host}:127.0.0.1:${port}"`);
  writeFileSync(join(folder, '.curlrc'), ['fail-with-body', ...to].join('\n'));
});
afterAll(async () => {
  await front.close();
  await platform.close();
  rmSync(folder, { recursive: true });
});

it('the guide for applications outside does what it says', async () => {
  const ada = await platform.user('ada');
  await ada.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  await platform.platform.datasets.reconcile();
  const lines = linesOf('external-application');
  expect(lines.length).toBeGreaterThan(15);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', lines.join('\n')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      HUB: front.origins.hub,
      PROJECT: 'atlas',
      USERNAME: 'ada',
      PASSWORD: password
    }
  });
  expect(stdout).toContain('"projectUser":"atlas__ada"');
  expect(stdout).toContain('"device":"meter"');
  expect(readFileSync(join(folder, 'next.json'), 'utf8')).toContain('atlas__ada__meter');
  const rows = await platform
    .db('journal')
    .orderBy('id')
    .select<{ action: string; project_user: string | null }[]>('*');
  expect(rows.map(row => `${row.project_user} ${row.action}`)).toEqual(
    expect.arrayContaining([
      'atlas__ada__meter file.uploaded',
      'atlas__ada__meter device.certificate-issued',
      'atlas__ada device.revoked'
    ])
  );
});

it('the guide for data owners does what it says', async () => {
  const ana = await platform.user('ana');
  for (const name of ['ben', 'eve']) await platform.user(name);
  for (const name of ['roundworm', 'yeast']) await ana.send('POST', '/api/v1/projects', { body: { name } });
  await platform.platform.datasets.reconcile();
  writeFileSync(join(folder, 'genome.parquet'), 'PAR1');
  mkdirSync(join(folder, 'reads'));
  writeFileSync(join(folder, 'reads', '1.txt'), 'ACGT');
  // Those that stand for an answer's id, and what a sandbox would make.
  const lines = linesOf('data-owner').filter(line => !/\/ID\b|\/preview\//.test(line));
  expect(lines.length).toBeGreaterThan(40);
  // Where there is no terminal, the password is read from the standard input.
  const signedIn = run('setsid', ['-w', 'bash', '-euo', 'pipefail', '-c', lines.join('\n')], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder }
  });
  signedIn.child.stdin?.end(`${password}\n`);
  const { stdout } = await signedIn;
  expect(stdout).toContain('"user":"eve"');
  expect(stdout).toContain('"enabled":true');
  expect(readFileSync(join(folder, 'genome.parquet'), 'utf8')).toBe('PAR1');
  expect(readFileSync(join(folder, 'raw.zip')).subarray(0, 2).toString()).toBe('PK');
});
