import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { run } from './programs.ts';

const mib = 2 ** 20;
export const whole = 2 ** 30;

/** A file of random bytes on this machine's disk, made once. */
export const randomFile = (bench: Bench, bytes: number): Promise<string> =>
  bench.keep(`random file of ${bytes}`, async () => {
    const path = join(await bench.folder('files'), `random-${bytes}`);
    if (!existsSync(path)) {
      await run('sh', ['-c', 'head -c "$1" /dev/urandom > "$2"', 'sh', String(bytes), `${path}.part`]);
      await rename(`${path}.part`, path);
    }
    return path;
  });

export interface Where {
  readonly url: string;
  readonly token?: string;
}

/** Arguments are seen by every user of the machine, so the token goes by a file. */
const curl = async (bench: Bench, { url, token }: Where, ...given: string[]): Promise<number> => {
  const headers = join(await bench.folder(), 'headers');
  await writeFile(headers, token === undefined ? '' : `Authorization: Bearer ${token}`, { mode: 0o600 });
  const asked = ['-sSk', '--fail', '-H', `@${headers}`, '-o', '/dev/null', '-w', '%{time_total}'];
  return Number(await run('curl', [...asked, ...given, url]));
};

/** MiB a second at which curl sends a file by PUT, answer included. */
export const sendSpeed = async (bench: Bench, where: Where, file: string): Promise<number> => {
  const type = 'Content-Type: application/octet-stream';
  return whole / mib / (await curl(bench, where, '-T', file, '-H', 'Expect:', '-H', type));
};

/** Sends a tar archive as a batch. */
export const sendBatch = async (bench: Bench, where: Where, archive: string): Promise<void> => {
  const type = 'Content-Type: application/x-tar';
  await curl(bench, where, '-X', 'POST', '-T', archive, '-H', 'Expect:', '-H', type);
};

/** MiB a second at which curl gets a file. */
export const getSpeed = async (bench: Bench, where: Where): Promise<number> =>
  whole / mib / (await curl(bench, where));

export const forget = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
