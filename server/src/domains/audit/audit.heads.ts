import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { secretKey } from '../../platform/secrets.js';

/** How far the chain had come at a time. */
export interface Head {
  readonly position: number;
  /** In hexadecimal. */
  readonly hash: string;
  readonly at: string;
}

const Line = z.strictObject({
  position: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  signature: z.base64url()
});

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const signedBytes = ({ position, hash, at }: Head): Buffer =>
  Buffer.from(`hopslab journal head ${position} ${hash} ${at}`);

const longestLine = 4096;

export interface Heads {
  readonly path: string;
  readonly publicKey: KeyObject;
  /** The newest; undefined where none was signed yet, or the last line is none of ours. */
  last(): Promise<Head | undefined>;
  /** Signs a head and has it on the disk before it answers. */
  append(head: Head): Promise<void>;
  /** Every line so far, oldest first; undefined for one that is not signed by us. */
  read(): AsyncIterable<Head | undefined>;
}

/**
 * Signed heads of the journal, one JSON line each, in a file that is only appended to: outside PostgreSQL, so that a
 * database that was cut off, rewritten or put back does not go with what proves it.
 */
export const createHeads = (data: string): Heads => {
  const path = join(data, 'audit', 'heads.ndjson');
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8, secretKey(data, 'journal')]),
    format: 'der',
    type: 'pkcs8'
  });
  const publicKey = createPublicKey(privateKey);

  const headIn = (line: string): Head | undefined => {
    try {
      const { signature, ...head } = Line.parse(JSON.parse(line));
      return verify(null, signedBytes(head), publicKey, Buffer.from(signature, 'base64url'))
        ? head
        : undefined;
    } catch {
      return undefined;
    }
  };

  const size = async (): Promise<number> => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  };

  /** The end of the file, in which its last line is whole. */
  const tail = async (): Promise<string> => {
    const end = await size();
    if (end === 0) return '';
    const file = await open(path, 'r');
    try {
      const start = Math.max(0, end - longestLine);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  };

  return {
    path,
    publicKey,

    async last() {
      const line = (await tail()).split('\n').at(-2);
      return line === undefined ? undefined : headIn(line);
    },

    async append(head) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const torn = (await tail()).split('\n').at(-1) ?? '';
      const signature = sign(null, signedBytes(head), privateKey).toString('base64url');
      const file = await open(path, 'a', 0o600);
      try {
        // Half a line is left by a machine that lost its power, or a disk that was full: nobody was told of it.
        if (torn !== '') await file.truncate((await file.stat()).size - Buffer.byteLength(torn));
        await file.write(`${JSON.stringify({ ...head, signature })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },

    async *read() {
      const end = await size();
      if (end === 0) return;
      const lines = createInterface({ input: createReadStream(path, { end: end - 1 }), crlfDelay: Infinity });
      for await (const line of lines) if (line !== '') yield headIn(line);
    }
  };
};
