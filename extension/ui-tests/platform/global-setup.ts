import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

export interface Installation {
  readonly url: string;
  readonly data: string;
  readonly ca: string;
  readonly username: string;
  readonly password: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly installation: Installation;
  }
}

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
};

/** One real platform for all the tests, on data and a port of its own; one that is already up where it is named. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['HOPSLAB_TEST_INSTALLATION'];
  if (given) {
    project.provide('installation', JSON.parse(given) as Installation);
    return undefined;
  }
  const data = await mkdtemp(join(tmpdir(), 'hopslab-ui-'));
  // Sandboxes are another user's where the tests run as root.
  await chmod(data, 0o755);
  const down = async (): Promise<void> => {
    await run('./hopslab', ['down', '--yes', '--data', data], { cwd: checkout });
    await rm(data, { recursive: true, force: true });
  };
  try {
    const port = String(await freePort());
    const { stdout } = await run('./hopslab', ['up', '--json', '--detach', '--data', data, '--port', port], {
      cwd: checkout
    });
    project.provide('installation', JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Installation);
  } catch (error) {
    await down().catch(() => undefined);
    throw error;
  }
  return down;
}
