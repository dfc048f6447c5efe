import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ClusterPlace {
  /** Folder that holds the cluster; PostgreSQL runs as the folder's owner. */
  readonly folder: string;
  /** Folder of PostgreSQL's own programs. */
  readonly binaries: string;
}

export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** The role and the database everything of the platform lies in. */
export const name = 'hopslab';

/** Nothing of our environment reaches PostgreSQL. */
export const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' };

/** Where the cluster itself lies. */
export const clusterFolder = (place: ClusterPlace): string => join(place.folder, 'cluster');

/** Whom PostgreSQL runs as: it refuses to be root, so the launcher gave its folder to another user. */
export const identityOf = async (place: ClusterPlace): Promise<Identity> => {
  const { uid, gid } = await stat(place.folder);
  if (process.getuid?.() !== 0) return {};
  if (uid === 0) throw new Error(`PostgreSQL does not run as root; give ${place.folder} to another user`);
  return { uid, gid };
};

/** Makes the cluster once; one that was cut off half way is thrown away. */
export const ensureCluster = async (place: ClusterPlace): Promise<void> => {
  const final = clusterFolder(place);
  if (existsSync(join(final, 'PG_VERSION'))) return;
  const identity = await identityOf(place);
  const fresh = join(place.folder, 'unfinished');
  await rm(fresh, { recursive: true, force: true });
  const encoding = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await run(
    join(place.binaries, 'initdb'),
    ['-D', fresh, '-U', name, '--auth=peer', '--no-instructions', ...encoding],
    {
      ...identity,
      cwd: place.folder,
      env: environment
    }
  );
  await admitOnlyUs(fresh, identity);
  await rename(fresh, final);
};

/** The kernel tells PostgreSQL which user is at the socket: this one only, as our one role; there is no password. */
const admitOnlyUs = async (cluster: string, { uid, gid }: Identity): Promise<void> => {
  const files = {
    'pg_hba.conf': `local all ${name} peer map=platform\n`,
    'pg_ident.conf': `platform "${userInfo().username}" ${name}\n`
  };
  for (const [file, text] of Object.entries(files)) {
    const path = join(cluster, file);
    await writeFile(path, text, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  }
};
