import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { installation } from '../hopslab/installation.ts';
import { run } from '../parts/programs.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');

/** The npm packages among the peers. */
const proxy = 'configurable-http-proxy@5.3.0';

/** Installs the peers from their registries, once for one list of them; where their programs lie. */
export const peers = (bench: Bench) =>
  bench.keep('peers', async () => {
    const { tools } = await installation(bench);
    const folder = await bench.folder('peers');
    const [venv, stamp] = [join(folder, 'venv'), join(folder, 'installed')];
    const wanted = `${proxy}\n${await readFile(requirements, 'utf8')}`;
    if ((await readFile(stamp, 'utf8').catch(() => '')) !== wanted) {
      bench.log('installing the peers …');
      const uv = join(tools, 'bootstrap', 'bin', 'uv');
      await run(uv, ['venv', '--clear', '--no-python-downloads', '--python', '/usr/bin/python3', venv]);
      const python = join(venv, 'bin', 'python');
      await run(uv, ['pip', 'install', '--compile-bytecode', '--python', python, '-r', requirements]);
      await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, proxy]);
      await writeFile(stamp, wanted);
    }
    return {
      bin: join(venv, 'bin'),
      python: join(venv, 'bin', 'python'),
      proxy: join(folder, 'node_modules', '.bin', 'configurable-http-proxy')
    };
  });
