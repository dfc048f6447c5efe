import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** By which an access token is known, also to scanners of secrets where one has got out. */
export const tokenPrefix = 'hsl_';

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

const mostKnown = 1000;

/** Bearer tokens (JWT, HS256) of an installation and the CSRF tokens of its hub sessions. */
export const createTokens = (key: Buffer) => {
  // A program brings the same token again and again, and what is signed stays so until it expires.
  const known = new Map<string, { readonly claims: Claims; readonly until: number }>();

  const read = async (token: string) => {
    const { payload } = await jwtVerify(token, key, { issuer, audience: 'api', algorithms: ['HS256'] });
    const { sub: user, sid: session, exp } = payload;
    return typeof user === 'string' && typeof session === 'string' && exp !== undefined
      ? { claims: { user, session }, until: exp * 1000 }
      : undefined;
  };

  return {
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
      const before = known.get(token);
      if (before && before.until > Date.now()) return before.claims;
      const found = await read(token).catch(() => undefined);
      if (!found) return undefined;
      if (known.size >= mostKnown) known.clear();
      known.set(token, found);
      return found.claims;
    },

    csrfOf: (sessionSecret: string): string =>
      createHmac('sha256', key).update(`csrf ${sessionSecret}`).digest('base64url'),

    csrfMatches(sessionSecret: string, given: string): boolean {
      const expected = Buffer.from(this.csrfOf(sessionSecret));
      const got = Buffer.from(given);
      return expected.length === got.length && timingSafeEqual(expected, got);
    }
  };
};
export type Tokens = ReturnType<typeof createTokens>;
