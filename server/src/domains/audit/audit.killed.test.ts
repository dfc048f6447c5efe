import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journalUnderTest, type JournalUnderTest } from './audit.fixture.js';

let journal: JournalUnderTest;
beforeAll(async () => {
  journal = await journalUnderTest();
});
afterAll(() => journal.close());

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Lets a process write until some time after its first row; answers how many rows it was told were accepted. */
const writeAndKill = async (after: number): Promise<number> => {
  const writer = spawn(
    process.execPath,
    [
      '--experimental-transform-types',
      '--no-warnings',
      '--import',
      source('../../testing/typescript-hooks.ts'),
      source('audit.writer.fixture.ts'),
      journal.url,
      journal.data
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  );
  const lines = createInterface({ input: writer.stdout });
  let accepted = 0;
  lines.on('line', line => (accepted = Number(line)));
  await once(lines, 'line');
  await pause(after);
  const ended = once(lines, 'close');
  writer.kill('SIGKILL');
  await ended;
  return accepted;
};

it(
  'a journal whose writer is killed at any instant stays whole and verifiable',
  { timeout: 240_000 },
  async () => {
    let accepted = 0;
    for (let n = 0; n < 8; n++) {
      accepted += await writeAndKill(40 * n + Math.random() * 40);
      const found = await journal.service.verify();
      expect(found).toMatchObject({ verified: true, faults: [] });
      expect(Number((await journal.db('journal').count('id'))[0]?.['count'])).toBeGreaterThanOrEqual(
        accepted
      );
    }
    await journal.write(0);
    const [{ count } = { count: 0 }] = await journal.db('journal').count<{ count: number }[]>('id');
    expect(await journal.service.verify()).toMatchObject({
      verified: true,
      rows: count,
      signed: { position: count }
    });
    expect(accepted).toBeGreaterThan(50);
  }
);
