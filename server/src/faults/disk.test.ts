import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startInstallation, supervisorOf, type Started } from './installation.js';
import type { Asked } from './line.js';
import { timed, until } from './patience.js';
import { openScene, type Scene } from './scene.js';

const full = 15_000;
const bound = 20_000;
/** A file system of its own for the data folder, as large as it needs for a while. */
const size = '700m';
/** What of it is kept for the platform, in bytes: programs are turned away before nothing is left. */
const reserve = String(64 * 2 ** 20);
const identity = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
const mounted = (folder: string): string[] => [
  ...['unshare', ...identity, '--mount', '--propagation', 'private'],
  ...['sh', '-c', `mount -t tmpfs -o size=${size},mode=755 none ${folder} && exec "$@"`, 'sh']
];

let folder: string;
let at: Started;
let scene: Scene;
/** The data folder as the platform sees it. */
let inside: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopslab-disk-'));
  await chmod(folder, 0o755);
  at = await startInstallation({
    folder,
    within: mounted(folder),
    entered: true,
    env: { HOPSLAB_DISK_RESERVE: reserve }
  });
  inside = `/proc/${supervisorOf(at)}/root${folder}`;
  scene = await openScene(at, 'disk');
});
afterAll(async () => {
  await scene.close();
  await at.down();
  rmSync(folder, { recursive: true });
});

const experiment = {
  name: 'unheard',
  metric: 'm',
  direction: 'maximize',
  algorithm: 'none',
  space: {},
  planned: 1,
  parallel: 1
};

/** What a program reports, and what a person changes, which PostgreSQL has to find room for. */
const told: readonly (readonly [path: string, asked: () => Asked])[] = [
  ['/experiments', () => ({ method: 'POST', body: experiment })],
  ['', () => ({ method: 'PATCH', body: { description: randomBytes(250).toString('hex') } })]
];

/** Takes all the room there is, to the last byte. */
const fill = (path: string): void => {
  const file = openSync(path, 'a');
  try {
    for (let bytes = 2 ** 20; bytes >= 1;) {
      try {
        if (writeSync(file, Buffer.alloc(bytes)) < bytes) throw new Error('full');
      } catch {
        bytes = Math.floor(bytes / 4);
      }
    }
  } finally {
    closeSync(file);
  }
};

it('a full disk is told in words, nobody ends of it, and all goes on when there is room', async () => {
  const filler = join(inside, 'filler');
  await scene.endure('full', 80, async () => {
    const words = new Set<string>();
    const began = performance.now();
    try {
      while (performance.now() - began < full) {
        // Again and again: PostgreSQL gives back room when it starts again.
        fill(filler);
        for (const [path, asked] of told) {
          const result = await scene.person.once(`${scene.work.path}${path}`, {
            ...asked(),
            patience: bound
          });
          if (result.status < 400) continue;
          expect(result).toMatchObject({ status: 503, body: { retriable: true } });
          words.add((result.body as { detail: string }).detail);
        }
        await scene.kernel.alive(bound);
        await pause(200);
      }
    } finally {
      rmSync(filler);
    }
    process.stdout.write(`    told: ${[...words].join(' | ')}\n`);
    expect([...words].join(' ')).toMatch(/nearly full/);
    expect([...words].join(' ')).toMatch(/disk is full|database does not answer/);
    const back = await timed(() => until('room', () => scene.person.me(), 60_000));
    process.stdout.write(`    the API answers ${String(back.ms)} ms after there is room\n`);
  });
});
