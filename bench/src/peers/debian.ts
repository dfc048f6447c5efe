import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { run } from '../parts/programs.ts';

/** Debian packages unpacked into a scratch folder, installed nowhere: where they lie, and with which variables they run. */
export const debian = (bench: Bench, name: string, packages: readonly string[]) =>
  bench.keep(`debian ${name}`, async () => {
    const root = join(await bench.folder('peers'), name);
    if (!existsSync(root)) {
      bench.log(`fetching ${packages.join(', ')} …`);
      const folder = await bench.folder('peers', `${name}.part`);
      await run('apt-get', ['download', ...packages], { cwd: folder });
      for (const file of await readdir(folder))
        if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', join(folder, file), join(folder, 'root')]);
      await rename(join(folder, 'root'), root);
      await rm(folder, { recursive: true });
    }
    const libraries = ['usr/lib', 'lib'].map(part => join(root, part, 'x86_64-linux-gnu')).join(':');
    return { root, env: { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: libraries } };
  });
