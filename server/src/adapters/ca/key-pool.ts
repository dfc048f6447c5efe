import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const makePair = promisify(generateKeyPair);

/** PEM. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** RSA, which every program and key store reads; made on libuv's threads, off the event loop. */
export const newKeyPair = (): Promise<KeyPair> =>
  makePair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  });

/** Keys that are ready before somebody waits for one; they are made from the first `take` on, and kept in memory only. */
export const createKeyPool = (size = 3, make: () => Promise<KeyPair> = newKeyPair) => {
  const ready: KeyPair[] = [];
  let filling = false;

  const fill = async (): Promise<void> => {
    if (filling) return;
    filling = true;
    try {
      // One after the other: who waits for one now has a thread of its own.
      while (ready.length < size) ready.push(await make());
    } catch {
      // Who takes one next makes it, and learns why that fails.
    } finally {
      filling = false;
    }
  };

  return {
    async take(): Promise<KeyPair> {
      const pair = ready.shift() ?? (await make());
      void fill();
      return pair;
    },
    get size() {
      return ready.length;
    }
  };
};
