import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const tools = process.env['HOPSLAB_TOOLS'] ?? join(here, '..', '.hopslab', 'tools');

export interface Lab {
  readonly socketPath: string;
  /** What the notebook server shows as its root. */
  readonly root: string;
  close: () => Promise<void>;
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request({ socketPath, path: '/api', headers: { host: 'localhost' } }, answer => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => {
      resolve(false);
    });
    asked.end();
  });

/** A JupyterLab of the lab environment, with the extension as it was built last and nothing else of this machine. */
export const startLab = async (): Promise<Lab> => {
  const home = await mkdtemp(join(tmpdir(), 'hopslab-ui-'));
  const at = (...parts: string[]): string => join(home, ...parts);
  for (const folder of [
    ...['root/Jupyter', 'root/Experiments', 'labextensions/@hopslab', 'settings/overrides.d', 'runtime'],
    'data/kernels/hopslab'
  ])
    await mkdir(at(folder), { recursive: true });
  await symlink(join(here, 'labextension'), at('labextensions', '@hopslab', 'extension'));
  await symlink(join(here, 'overrides.json'), at('settings', 'overrides.d', 'hopslab.json'));

  const base = process.env['HOPSLAB_BASE_PYTHON'] ?? join(tools, 'environments', 'base', 'bin', 'python');
  await writeFile(
    at('data', 'kernels', 'hopslab', 'kernel.json'),
    JSON.stringify({
      argv: [base, '-P', '-m', 'hopslab.kernel', '-f', '{connection_file}'],
      display_name: 'Hopslab (Python)',
      language: 'python'
    })
  );

  const socketPath = at('lab.sock');
  const options = {
    'ServerApp.sock': socketPath,
    'ServerApp.root_dir': at('root'),
    'ServerApp.allow_origin': '*',
    'ServerApp.disable_check_xsrf': 'True',
    'IdentityProvider.token': '',
    'ServerApp.jpserver_extensions': "{'hopslab_server.runs': True}",
    'LabApp.extra_labextensions_path': at('labextensions'),
    'LabApp.app_settings_dir': at('settings'),
    'LabApp.user_settings_dir': at('user-settings'),
    'LabApp.workspaces_dir': at('workspaces'),
    // `window.jupyterapp`, by which a test changes the theme as its menu would.
    'LabApp.expose_app_in_browser': 'True'
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const python = process.env['HOPSLAB_LAB_PYTHON'] ?? join(tools, 'environments', 'lab', 'bin', 'python');
  const lab = spawn(python, ['-m', 'hopslab_server', '--allow-root', '--no-browser', ...flags], {
    cwd: at('root'),
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      JUPYTER_PATH: at('data'),
      JUPYTER_RUNTIME_DIR: at('runtime'),
      HOPSLAB_SCRATCH: at('scratch'),
      HOPSLAB_CORES: '2',
      HOPSLAB_MEMORY: String(512 * 2 ** 20),
      PYTHONPATH: join(here, '..', 'kernels', 'src')
    },
    stdio: ['ignore', 'ignore', 'pipe']
  });
  let said = '';
  lab.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const ended = once(lab, 'exit');

  while (!(await answers(socketPath))) {
    if (lab.exitCode !== null) throw new Error(`JupyterLab did not start:\n${said}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return {
    socketPath,
    root: at('root'),
    close: async () => {
      lab.kill('SIGTERM');
      await ended;
      await rm(home, { recursive: true, force: true });
    }
  };
};
