import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFront, type Front } from './testing/front.js';
import { password, startPlatform, type TestPlatform } from './testing/platform.js';

const run = promisify(execFile);
const guide = readFileSync(new URL('../../docs/guides/external-application.md', import.meta.url), 'utf8');

let platform: TestPlatform;
let front: Front;
let folder: string;

beforeAll(async () => {
  platform = await startPlatform();
  front = await openFront(platform, `select '' as project, '' as username, '' as socket where false`);
  folder = mkdtempSync(join(tmpdir(), 'hopslab-guide-'));
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
  copyFileSync(join(platform.config.data, 'ca.pem'), join(folder, 'ca.pem'));
  writeFileSync(join(folder, 'reading.csv'), 'celsius\n21.5\n');
  // The ports of a test are any that were free; their names are the installation's.
  const ports = { [front.hosts.browsers]: front.port, [front.hosts.programs]: front.programsPort };
  const to = Object.entries(ports).map(([host, port]) => `connect-to = "${host}:127.0.0.1:${port}"`);
  writeFileSync(join(folder, '.curlrc'), ['fail-with-body', ...to].join('\n'));

  const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(match => match[1] ?? '');
  expect(blocks.length).toBeGreaterThan(3);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], {
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
