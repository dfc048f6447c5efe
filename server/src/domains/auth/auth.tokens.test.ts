import { randomBytes } from 'node:crypto';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokens } from './auth.tokens.js';

const key = randomBytes(32);
const claims = { user: 'ada', session: 's1' };

interface Told {
  readonly iss?: string;
  readonly aud?: string;
  readonly sub?: string;
  readonly sid?: string;
  readonly iat?: number;
  readonly exp?: number;
  readonly nbf?: number;
}

const now = Date.UTC(2026, 10, 24, 12);
const seconds = (fromNow: number): number => now / 1000 + fromNow;

/** What a token of ours says, but for what is given. */
const told = (more: Told = {}) => ({
  iss: 'hopslab',
  aud: 'api',
  sub: 'ada',
  sid: 's1',
  iat: seconds(-60),
  exp: seconds(60),
  ...more
});
const sign = (more: Told = {}, by: Parameters<SignJWT['sign']>[0] = key, alg = 'HS256'): Promise<string> =>
  new SignJWT(told(more)).setProtectedHeader({ alg, typ: 'JWT' }).sign(by);
const without = (name: keyof Told): Told => ({ [name]: undefined });

const verify = (token: string) => createTokens(key).verify(token);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the time of a bearer token', () => {
  it.each<[string, Told]>([
    ['issued now', { iat: seconds(0) }],
    ['of a clock that is a little fast', { iat: seconds(2), nbf: seconds(2) }],
    ['expired just now', { iat: seconds(-600), exp: seconds(-2) }]
  ])('is good: %s', async (_name, more) => {
    expect(await verify(await sign(more))).toEqual(claims);
  });

  it.each<[string, Told]>([
    ['expired', { iat: seconds(-600), exp: seconds(-30) }],
    ['issued in the future', { iat: seconds(120), exp: seconds(1000) }],
    ['not good yet', { nbf: seconds(120) }],
    ['older than a token may be, whatever it says of its end', { iat: seconds(-3600), exp: seconds(3600) }],
    ['without an end', without('exp')],
    ['without a beginning', without('iat')]
  ])('is not good: %s', async (_name, more) => {
    expect(await verify(await sign(more))).toBeUndefined();
  });

  it('is looked at again for a token that was good before', async () => {
    const tokens = createTokens(key);
    const { token, expiresAt } = await tokens.issue(claims);
    const at = (fromNow: number, since: number) => {
      vi.setSystemTime(since + fromNow * 1000);
      return tokens.verify(token);
    };
    const end = expiresAt.getTime();
    expect(await at(0, now)).toEqual(claims);
    expect(await at(-3, now)).toEqual(claims);
    expect(await at(-3600, now)).toBeUndefined();
    expect(await at(3, end)).toEqual(claims);
    expect(await at(8, end)).toBeUndefined();
  });
});

describe('a bearer token that is not ours', () => {
  it.each<[string, () => Promise<string>]>([
    ['signed with another key', () => sign({}, randomBytes(32))],
    ['signed in another way with our key', () => sign({}, key, 'HS512')],
    [
      'signed with somebody’s private key',
      async () => sign({}, (await generateKeyPair('EdDSA')).privateKey, 'EdDSA')
    ],
    ['not signed', () => Promise.resolve(new UnsecuredJWT(told()).encode())],
    ['not signed, and says that it was', async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`],
    ['of another issuer', () => sign({ iss: 'elsewhere' })],
    ['for another audience', () => sign({ aud: 'notebook' })],
    ['of no issuer', () => sign(without('iss'))],
    ['for no audience', () => sign(without('aud'))],
    ['of nobody', () => sign(without('sub'))],
    ['of no sign-in', () => sign(without('sid'))]
  ])('is refused: %s', async (_name, made) => {
    expect(await verify(await made())).toBeUndefined();
  });

  it('is refused where somebody has changed what it says', async () => {
    const [header, , signature] = (await sign()).split('.');
    const changed = Buffer.from(JSON.stringify(told({ sub: 'root' }))).toString('base64url');
    expect(await verify([header, changed, signature].join('.'))).toBeUndefined();
  });
});
