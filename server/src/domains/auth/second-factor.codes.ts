import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { hashOf } from './auth.tokens.js';

const issuer = 'Hopslab';
/** Steps of 30 s by which clocks may differ, each way. */
const skew = 1;

/** 160 bits in base32, as RFC 4226 wants. */
export const newFactorSecret = (): string => new Secret({ size: 20 }).base32;

const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({ issuer, label, algorithm: 'SHA1', digits: 6, period: 30, secret: Secret.fromBase32(secret) });

export const uriOf = (secret: string, user: string): string => totpOf(secret, user).toString();

/** The step (RFC 6238) that the code is of, if it is one of now. */
export const counterOf = (secret: string, code: string, now: number): number | undefined => {
  if (!/^\d{6}$/.test(code)) return undefined;
  const totp = totpOf(secret);
  const delta = totp.validate({ token: code, timestamp: now, window: skew });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
};

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Codes for who has lost their authenticator: 16 characters of 31, 79 bits. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: 10 }, () =>
    Array.from({ length: 4 }, () => Array.from({ length: 4 }, randomCharacter).join('')).join('-')
  );

const randomCharacter = (): string => {
  for (;;) {
    const [byte = 255] = randomBytes(1);
    // 248 is the largest multiple of 31 below 256: no character is likelier than another.
    if (byte < 248) return alphabet.charAt(byte % alphabet.length);
  }
};

/** What a person typed, without the signs between. */
export const plain = (code: string): string => code.toLowerCase().replaceAll(/[\s-]/g, '');

export const recoveryHash = (code: string): Buffer => hashOf(`recovery ${plain(code)}`);
