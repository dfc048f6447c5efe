import { jwtVerify, SignJWT } from 'jose';

export const notebookCookie = '__Host-hopslab_notebook';

/** Attributes of the cookie: this very origin only, out of reach of its scripts, not sent by other sites' parts. */
export const notebookCookieAttributes = 'Secure; HttpOnly; SameSite=Lax; Path=/';

/** What the cookie of a notebook origin says: this projectUser, by this hub session, as the membership was then. */
export interface NotebookPass {
  readonly project: string;
  readonly user: string;
  readonly session: string;
  /** The member's epoch; a changed membership has another. */
  readonly epoch: number;
  readonly expiresAt: Date;
}

const issuer = 'hopslab';
const audience = 'notebook';

/** Signs and reads passes. That one is signed says nothing of whether its session and membership still live. */
export const createNotebookCookies = (key: Buffer) => ({
  seal: ({ project, user, session, epoch, expiresAt }: NotebookPass): Promise<string> =>
    new SignJWT({ project, sid: session, epoch })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(user)
      .setExpirationTime(expiresAt)
      .sign(key),

  /** The pass, or undefined for a value that is not ours or has expired. */
  async open(value: string): Promise<NotebookPass | undefined> {
    try {
      const { payload } = await jwtVerify(value, key, {
        issuer,
        audience,
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp']
      });
      const { sub, exp, project, sid, epoch } = payload;
      if (typeof sub !== 'string' || typeof exp !== 'number' || typeof project !== 'string') return undefined;
      if (typeof sid !== 'string' || typeof epoch !== 'number') return undefined;
      return { project, user: sub, session: sid, epoch, expiresAt: new Date(exp * 1000) };
    } catch {
      return undefined;
    }
  }
});
export type NotebookCookies = ReturnType<typeof createNotebookCookies>;

/** Every value that a Cookie header gives for the pass; an honest browser sends one. */
export const passesIn = (header: string | undefined): string[] =>
  (header ?? '').split(';').flatMap(part => {
    const at = part.indexOf('=');
    return at > 0 && part.slice(0, at).trim() === notebookCookie ? [part.slice(at + 1).trim()] : [];
  });
