import { chown } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { installation } from '../hopslab/installation.ts';
import { serve } from '../parts/processes.ts';
import { eventually, run } from '../parts/programs.ts';

/** PostgreSQL does not run as root: there it is the user that the platform’s runs as. */
const identity = async (): Promise<{ uid: number; gid: number } | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(which => run('id', [which, 'hopslab-postgres'])));
  return { uid: Number(uid), gid: Number(gid) };
};

/** A PostgreSQL of the peers’ own, of the platform’s programs and with its settings; the URL of its database. */
export const peerPostgres = (bench: Bench) =>
  bench.keep('postgres', async () => {
    const { tools } = await installation(bench);
    const programs = join(tools, 'postgres', 'bin');
    const who = await identity();
    const folder = await bench.folder('postgres');
    if (who) await chown(folder, who.uid, who.gid);
    const cluster = join(folder, 'cluster');
    const told = { ...who, cwd: folder, env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } };
    if (!existsSync(join(cluster, 'PG_VERSION'))) {
      await run(join(programs, 'initdb'), ['-D', cluster, '-U', 'bench', '--auth=trust', '--locale=C'], told);
    }
    const settings = [
      'listen_addresses=',
      `unix_socket_directories=${folder}`,
      'unix_socket_permissions=0777'
    ];
    const served = serve(
      join(programs, 'postgres'),
      ['-D', cluster, ...settings.flatMap(one => ['-c', one])],
      { ...told, log: join(bench.scratch, 'postgres.log') }
    );
    await eventually('PostgreSQL', () => existsSync(join(folder, '.s.PGSQL.5432')) || undefined);
    return {
      url: `postgresql+psycopg2://bench@/postgres?host=${encodeURIComponent(folder)}`,
      close: () => served.end('SIGINT')
    };
  });
