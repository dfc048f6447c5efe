import { createHash } from 'node:crypto';
import { projectUserOf } from './actor.js';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** First 20 base32 characters (RFC 4648, lower case) of the SHA-256 of the projectUser: a DNS label. */
export const labelOf = (project: string, user: string): string => {
  const digest = createHash('sha256').update(projectUserOf(project, user)).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 13)) bits = (bits << 8n) | BigInt(byte);
  return Array.from(
    { length: 20 },
    (_, i) => alphabet[Number((bits >> BigInt(104 - 5 * (i + 1))) & 31n)]
  ).join('');
};
