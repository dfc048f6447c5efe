import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** By which an access token is known, also to scanners of secrets where one has got out. */
export const tokenPrefix = 'hsl_';

const issuer = 'hopslab';
const tokenMinutes = 15;
/** Seconds that a token may come from the future, or late: a clock that is put right, an answer on its way. */
const tolerance = 5;

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

/** What was read of a token, and the instants (ms) between which it is good. */
interface Known {
  readonly claims: Claims;
  readonly from: number;
  readonly until: number;
}

const mostKnown = 1000;

/** Bearer tokens (JWT, HS256) of an installation and the CSRF tokens of its hub sessions. */
export const createTokens = (key: Buffer) => {
  // A program brings the same token again and again, and what is signed stays so until it expires.
  const known = new Map<string, Known>();

  const read = async (token: string): Promise<Known | undefined> => {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience: 'api',
      algorithms: ['HS256'],
      clockTolerance: tolerance,
      maxTokenAge: tokenMinutes * 60
    });
    const { sub: user, sid: session, iat, exp } = payload;
    if (typeof user !== 'string' || typeof session !== 'string') return undefined;
    if (iat === undefined || exp === undefined) return undefined;
    return { claims: { user, session }, from: (iat - tolerance) * 1000, until: (exp + tolerance) * 1000 };
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

    /** The claims, or undefined for a token that is not ours, has expired or is from the future. */
    async verify(token: string): Promise<Claims | undefined> {
      const before = known.get(token);
      const now = Date.now();
      if (before && before.from <= now && now < before.until) return before.claims;
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
