import { createHash, type Hash } from 'node:crypto';
import { problem } from '../../platform/problem.js';
import type { Bytes } from '../../ports/file-store.js';

/** An algorithm and a digest, `sha256 <base64>`: the contract has looked at both. */
const partsOf = (checksum: string): [algorithm: string, digest: string] => {
  const [algorithm = '', digest = ''] = checksum.split(' ');
  return [algorithm, digest];
};

export const hashFor = (checksum: string): Hash => createHash(partsOf(checksum)[0]);

export const mismatch = (what: string) =>
  problem('upload.checksum', `${what} arrived with another checksum than was announced.`);

export const isRight = (checksum: string, hash: Hash): boolean =>
  hash.digest('base64') === partsOf(checksum)[1];

/** Checksums of whole files, made while their bytes go by; what a restart or a lost connection broke off is read again. */
export const createRunningHashes = (read: (id: string) => Bytes) => {
  const running = new Map<string, { readonly hash: Hash; at: number }>();

  return {
    /** What takes the bytes of an upload that goes on at an offset; nothing where those before are not known. */
    following(id: string, checksum: string | null, offset: number): (bytes: Buffer) => void {
      if (checksum === null) return () => undefined;
      if (offset === 0) running.set(id, { hash: hashFor(checksum), at: 0 });
      const known = running.get(id);
      if (known?.at !== offset) {
        running.delete(id);
        return () => undefined;
      }
      return bytes => {
        known.hash.update(bytes);
        known.at += bytes.length;
      };
    },

    /** Whether all that has come of an upload has the checksum. */
    async isRight(id: string, checksum: string, length: number): Promise<boolean> {
      const known = running.get(id);
      running.delete(id);
      if (known?.at === length) return isRight(checksum, known.hash);
      const hash = hashFor(checksum);
      for await (const bytes of read(id)) hash.update(bytes);
      return isRight(checksum, hash);
    },

    forget: (id: string): void => void running.delete(id)
  };
};
