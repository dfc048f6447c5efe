import type { IncomingMessage } from 'node:http';
import { hashOf, tokenPrefix } from '../domains/auth/auth.tokens.js';
import { passesIn, type NotebookCookies } from '../domains/auth/notebook-cookie.js';
import { labelOf } from '../platform/label.js';
import { problem } from '../platform/problem.js';
import type { Route, RouteTable } from './route-table.js';

/** Who was let in to a notebook origin, and by what. */
export interface Entrant {
  readonly label: string;
  /** A sign-in's id, or an access token's. */
  readonly session: string;
  /** The membership's epoch that a cookie was given for; null for a program's token. */
  readonly epoch: number | null;
  /** When the cookie ends; a token that is checked at the door only never does. */
  readonly expiresAt: Date | null;
  readonly user: string;
}

/** Verifies a bearer token; undefined for one that is not ours or has expired. */
export type VerifyBearer = (token: string) => Promise<{ user: string; session: string } | undefined>;

export interface GateDeps {
  readonly table: RouteTable;
  readonly cookies: NotebookCookies;
  readonly verifyBearer: VerifyBearer;
}

const expired = () =>
  problem(
    'auth.expired',
    'This sign-in does not work any more; open the notebook server from the hub again.'
  );

/** What is remembered of cookies: how many, and of how many bytes each. */
const [mostVerified, longest] = [1000, 4096];

const hasEnded = ({ expiresAt }: Entrant, now = Date.now()): boolean =>
  expiresAt !== null && expiresAt.getTime() <= now;

/** Whether what somebody was let in by is still good, as the table says now. */
export const stillGood = (entrant: Entrant, route: Route | undefined, now = Date.now()): boolean => {
  if (!route || route.user !== entrant.user || route.epoch === null) return false;
  if (hasEnded(entrant, now)) return false;
  const session = route.sessions.get(entrant.session);
  return entrant.epoch === null
    ? session !== undefined
    : session === 'browser' && route.epoch === entrant.epoch;
};

const bearerIn = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];

/** Decides who may reach the sandbox behind a label; throws what to answer to everybody else. */
export const createGate = ({ table, cookies, verifyBearer }: GateDeps) => {
  // A page of JupyterLab asks a hundred times with the same cookies; they are read and verified once.
  const verified = new Map<string, Entrant>();

  const alreadyVerified = (request: IncomingMessage, label: string): Entrant | undefined => {
    const { authorization, cookie } = request.headers;
    const known = authorization === undefined ? verified.get(`${label} ${cookie ?? ''}`) : undefined;
    return known && !hasEnded(known) ? known : undefined;
  };

  const byCookie = async (value: string, label: string, header: string): Promise<Entrant> => {
    const pass = await cookies.open(value);
    // A pass for another notebook is no credential here: planted by a neighbour, or copied.
    if (!pass || labelOf(pass.project, pass.user) !== label) throw expired();
    const entrant = { ...pass, label };
    if (verified.size >= mostVerified) verified.clear();
    if (header.length <= longest) verified.set(`${label} ${header}`, entrant);
    return entrant;
  };

  const byAccessToken = async (token: string, label: string): Promise<Entrant> => {
    const hash = hashOf(token).toString('hex');
    const found = (route = table.lookup(label)) => {
      const session = route?.accessTokens.get(hash);
      return route && session !== undefined ? { user: route.user, session } : undefined;
    };
    const known = found() ?? found(await refreshed(label));
    if (!known)
      throw problem(
        'auth.expired',
        'The access token is not good for this notebook server: it has ended, lacks the scope read or compute, is another project’s or another person’s, or nothing runs here.'
      );
    return { ...known, label, epoch: null, expiresAt: null };
  };

  const byBearer = async (authorization: string, label: string): Promise<Entrant> => {
    const token = bearerIn(authorization);
    if (token?.startsWith(tokenPrefix)) return byAccessToken(token, label);
    const claims = token === undefined ? undefined : await verifyBearer(token);
    if (!claims) throw expired();
    return { ...claims, label, epoch: null, expiresAt: null };
  };

  /** What has just become ready, or just been granted, may not have been read yet. */
  const refreshed = async (label: string): Promise<Route | undefined> => {
    await table.refresh();
    return table.lookup(label);
  };

  const credential = async (request: IncomingMessage, label: string): Promise<Entrant> => {
    const { authorization, cookie } = request.headers;
    const [value, second] = passesIn(cookie);
    if (second !== undefined || (value !== undefined && authorization !== undefined))
      throw problem(
        'auth.two-credentials',
        'Send the notebook cookie once, or the Authorization header, not both.'
      );
    if (value !== undefined) return byCookie(value, label, cookie ?? '');
    if (authorization !== undefined) return byBearer(authorization, label);
    throw problem('auth.required', 'Open the notebook server from the hub, or send a bearer token.');
  };

  return async (
    request: IncomingMessage,
    label: string
  ): Promise<{ entrant: Entrant; route: Route; socket: string }> => {
    const entrant = alreadyVerified(request, label) ?? (await credential(request, label));
    const known = table.lookup(label);
    const route = known?.socket && stillGood(entrant, known) ? known : await refreshed(label);
    if (!table.known)
      throw problem('service.unavailable', 'The database has not answered yet; try again in a moment.');
    // A stranger's token must not learn which labels are in use.
    if (!route || route.user !== entrant.user)
      throw problem('notebook.absent', 'This notebook server is not running; start it on the hub.');
    if (!stillGood(entrant, route)) throw expired();
    if (route.socket === null)
      throw problem(
        'notebook.not-ready',
        'The notebook server is starting or stopping; try again in a moment.'
      );
    return { entrant, route, socket: route.socket };
  };
};
export type Gate = ReturnType<typeof createGate>;
