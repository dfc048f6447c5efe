import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endAll, hostileNotebook, logOf } from './hostile.fixture.js';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';

let under: SandboxFixture;

beforeAll(() => {
  under = bubblewrapUnderTest();
});
afterAll(() => endAll(under));

const forged = '\\x1b]0;owned\\x07\\x1b[2Jbwrap: the administrator must type their password';

describe('a hostile notebook at its log', () => {
  it('forges no reason of its end, however quickly it ends', async () => {
    for (let i = 0; i < 5; i++) {
      const id = randomUUID();
      const started = under.sandbox.start({
        id,
        projectUser: 'atlas__eve',
        command: ['/usr/bin/printf', `${forged}\\nbwrap: ${forged}\\n`],
        env: {},
        mounts: [],
        memory: 2 ** 28
      });
      await started;
      await expect
        .poll(async () => (await under.sandbox.status(id)).state, { timeout: 20_000 })
        .toBe('ended');
      expect(await under.sandbox.status(id)).toMatchObject({ state: 'ended', code: 0, reason: null });
      expect(logOf(under, id)).toContain('bwrap: ');
    }
  });

  it('fills no disk with it', async () => {
    const eve = await hostileNotebook(under);
    await eve.attempt('for _ in range(24): os.write(1, b"x" * (1 << 20))');
    await eve.attempt('os.write(1, b"\\nthe last line\\n")');
    await expect
      .poll(() => logOf(under, eve.id).trim().split('\n').at(-1), { timeout: 30_000 })
      .toBe('the last line');
    expect(statSync(join(under.data, 'logs', `${eve.id}.log`)).size).toBeLessThanOrEqual(8 * 2 ** 20);
  });

  it('stands in its way by no link where the log is to be', async () => {
    const id = randomUUID();
    const { mode, uid } = (await hostileNotebook(under, { id }), statSync(join(under.data, 'logs')));
    expect([mode & 0o777, uid]).toEqual([0o700, process.getuid?.()]);
  });
});
