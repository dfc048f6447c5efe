import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A 32-byte key kept in the data folder's `secrets`, made at first use; two processes that race get the same one. */
export const secretKey = (data: string, name: string): Buffer => {
  const folder = join(data, 'secrets');
  const path = join(folder, `${name}.key`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return readFileSync(path);
  } catch {
    const mine = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    writeFileSync(mine, randomBytes(32), { mode: 0o600 });
    try {
      linkSync(mine, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(mine);
    }
    return readFileSync(path);
  }
};

/** The secret that a file of the operator's holds, or one of the data folder's own where no file is named. */
export const secretIn = (file: string | undefined, data: string, name: string): string => {
  if (file === undefined) return secretKey(data, name).toString('hex');
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 16) throw new Error(`the secret in ${file} has fewer than 16 characters`);
  return secret;
};
