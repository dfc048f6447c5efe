import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { SandboxSpec } from '../../ports/sandbox.js';
import type { SandboxFixture } from './sandbox.fixture.js';

/** What a script finds on its way: an error's name where it is refused. */
const prelude = `
import ctypes, errno, glob, json, os, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
found = {}
def attempt(work):
    try:
        answer = work()
        return "done" if answer is None else answer
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
def call(number, *args):
    if libc.syscall(number, *args) == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(2)
        s.connect(address)
`;

/** Runs a hostile script in a sandbox of its own and answers what it put in \`found\`. */
export const inside = async (
  under: SandboxFixture,
  script: string,
  more: Partial<SandboxSpec> = {}
): Promise<Record<string, unknown>> => {
  const name = `out-${randomUUID()}`;
  const out = under.folder(name);
  const id = more.id ?? randomUUID();
  const whole = `${prelude}\n${script}\nopen("/out/found.tmp", "w").write(json.dumps(found))\nos.rename("/out/found.tmp", "/out/found")`;
  await under.sandbox.start({
    id,
    projectUser: 'atlas__ada',
    command: ['/usr/bin/python3', '-c', whole],
    env: { PATH: '/usr/bin:/bin', HOME: '/tmp' },
    memory: 512 * 2 ** 20,
    ...more,
    mounts: [{ source: out, target: '/out', writable: true }, ...(more.mounts ?? [])]
  });
  await vi.waitFor(
    async () => {
      const { state } = await under.sandbox.status(id);
      if (state !== 'ended') throw new Error(`it is ${state}`);
    },
    { timeout: 25_000, interval: 20 }
  );
  try {
    return JSON.parse(readFileSync(join(out, 'found'), 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    const log = readFileSync(join(under.data, 'logs', `${id}.log`), 'utf8');
    throw new Error(`the script failed: ${log}`, { cause });
  }
};

/** A Python literal. */
export const literal = (value: unknown): string => `json.loads(${JSON.stringify(JSON.stringify(value))})`;
