import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { timed } from './patience.js';
import { treeOf } from './processes.js';
import { openScene, type Scene } from './scene.js';
import { kill, victims } from './workplace.js';

const at = inject('installation');
const away = 60_000;
/** The longest that anybody waits for an answer, in ms. */
const bound = 20_000;
let scene: Scene;

beforeAll(async () => {
  scene = await openScene(at, 'database');
});
afterAll(() => scene.close());

/** Asks for as long as the database is away: refused in words, in time, and the kernel does not mind. */
const whileAway = async (): Promise<void> => {
  const began = performance.now();
  let slowest = 0;
  // What was begun just before may still have been answered.
  await scene.person.once(scene.work.path, { patience: bound }).catch(() => undefined);
  while (performance.now() - began < away) {
    const { ms, result } = await timed(() => scene.person.once(scene.work.path, { patience: bound }));
    slowest = Math.max(slowest, ms);
    expect(result).toMatchObject({ status: 503, body: { code: 'service.unavailable', retriable: true } });
    await scene.kernel.alive(bound);
    await pause(500);
  }
  process.stdout.write(`    the slowest refusal took ${String(slowest)} ms\n`);
};

it('a database that hangs for a minute is told in time, costs no WebSocket and nothing accepted', async () => {
  await scene.endure('hanging', 60, async () => {
    const frozen = treeOf(victims.postgres(at) ?? 0).map(({ pid }) => pid);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      await whileAway();
    } finally {
      for (const pid of frozen.reverse()) process.kill(pid, 'SIGCONT');
    }
  });
});

it('a database that cannot be started for a minute is told, and everything comes back with it', async () => {
  const control = join(at.data, 'postgres', 'cluster', 'global', 'pg_control');
  await scene.endure('blocked', 60, async () => {
    renameSync(control, `${control}.away`);
    try {
      await kill(at, 'postgres');
      await whileAway();
    } finally {
      renameSync(`${control}.away`, control);
    }
  });
});
