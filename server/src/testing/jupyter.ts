import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const tools =
  process.env['HOPSLAB_TOOLS'] ?? fileURLToPath(new URL('../../../.hopslab/tools', import.meta.url));

const answers = (socketPath: string): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request({ socketPath, path: '/api', headers: { host: 'localhost' } }, answer => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false)).end();
  });

/** Jupyter's own server, of the lab environment, over a folder; nothing else of this machine. */
export const startJupyter = async (root: string) => {
  const home = mkdtempSync(join(tmpdir(), 'hopslab-jupyter-'));
  mkdirSync(join(home, 'runtime'));
  const socketPath = join(home, 'jupyter.sock');
  const options = {
    'ServerApp.sock': socketPath,
    'ServerApp.root_dir': root,
    'ServerApp.allow_origin': '*',
    'ServerApp.disable_check_xsrf': 'True',
    'IdentityProvider.token': ''
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const python = join(tools, 'environments', 'lab', 'bin', 'python');
  const server = spawn(python, ['-m', 'jupyter_server', '--allow-root', '--no-browser', ...flags], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: home, JUPYTER_RUNTIME_DIR: join(home, 'runtime') },
    stdio: ['ignore', 'ignore', 'pipe']
  });
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const ended = once(server, 'exit');
  while (!(await answers(socketPath))) {
    if (server.exitCode !== null) throw new Error(`Jupyter did not start:\n${said}`);
    await sleep(100);
  }
  return {
    socketPath,
    async close(): Promise<void> {
      server.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    }
  };
};
