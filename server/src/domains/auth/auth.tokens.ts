import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

const issuer = 'hopslab';
const tokenMinutes = 15;

/** A secret that is only shown once, and the hash that is kept of it. */
export const newSecret = (): { secret: string; hash: Buffer } => {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashOf(secret) };
};

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export interface Claims {
  readonly user: string;
  readonly session: string;
}

/** Bearer tokens (JWT, HS256) of an installation and the CSRF tokens of its hub sessions. */
export const createTokens = (key: Buffer) => ({
  async issue({ user, session }: Claims): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date(Date.now() + tokenMinutes * 60_000);
    const token = await new SignJWT({ sid: session })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience('api')
      .setSubject(user)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(key);
    return { token, expiresAt };
  },

  /** The claims, or undefined for a token that is not ours or has expired. */
  async verify(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, { issuer, audience: 'api', algorithms: ['HS256'] });
      return typeof payload.sub === 'string' && typeof payload['sid'] === 'string'
        ? { user: payload.sub, session: payload['sid'] }
        : undefined;
    } catch {
      return undefined;
    }
  },

  csrfOf: (sessionSecret: string): string =>
    createHmac('sha256', key).update(`csrf ${sessionSecret}`).digest('base64url'),

  csrfMatches(sessionSecret: string, given: string): boolean {
    const expected = Buffer.from(this.csrfOf(sessionSecret));
    const got = Buffer.from(given);
    return expected.length === got.length && timingSafeEqual(expected, got);
  }
});
export type Tokens = ReturnType<typeof createTokens>;
