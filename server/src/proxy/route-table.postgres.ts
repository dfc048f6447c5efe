import pg from 'pg';
import { routingChannel } from '../domains/notebooks/notebooks.routing.js';
import { labelOf } from '../platform/label.js';
import type { Logger } from '../platform/logger.js';
import type { Route, RouteTable } from './route-table.js';

interface Row {
  readonly project: string;
  readonly username: string;
  readonly socket: string | null;
  readonly epoch: string | null;
  readonly sessions: readonly { readonly id: string; readonly awake: boolean }[];
}

/** `servers` answers `project, username, socket` for every notebook server there is. */
const query = (servers: string): string => `
  with servers as (${servers})
  select servers.project, servers.username, servers.socket,
    case when users.locked then null else members.epoch::text end as epoch,
    coalesce((
      select json_agg(json_build_object(
        'id', sessions.id,
        'awake', sessions.last_seen_at > now() - interval '12 hours'
      ) order by sessions.id)
      from sessions where sessions.username = servers.username and sessions.expires_at > now()
    ), '[]') as sessions
  from servers
  join users on users.name = servers.username
  left join members on members.project = servers.project and members.username = servers.username
  order by servers.project, servers.username`;

const routeOf = (row: Row): Route => ({
  label: labelOf(row.project, row.username),
  project: row.project,
  user: row.username,
  socket: row.socket,
  epoch: row.epoch === null ? null : Number(row.epoch),
  sessions: new Map(row.sessions.map(session => [session.id, session.awake ? 'browser' : 'program']))
});

/** Whether a notification of `platform/live` says that something here has changed. */
const isRouting = (payload: string | undefined): boolean =>
  (JSON.parse(payload ?? '{}') as { channel?: unknown }).channel === routingChannel;

export interface PostgresRouteTableDeps {
  readonly url: string;
  readonly servers: string;
  readonly logger: Logger;
  readonly pollMs?: number;
}

export interface PostgresRouteTable extends RouteTable {
  /** Marks sessions as in use, so that work in a notebook keeps its hub session awake. */
  touch(sessions: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** One connection that listens and polls; while the database is away the table stays as it was. */
export const createPostgresRouteTable = (deps: PostgresRouteTableDeps): PostgresRouteTable => {
  const { url, logger, pollMs = 1000 } = deps;
  const text = query(deps.servers);
  const listeners: (() => void)[] = [];
  let routes = new Map<string, Route>();
  let sockets: ReadonlySet<string> = new Set();
  let seen: string | undefined;
  let client: Promise<pg.Client> | undefined;
  let current: pg.Client | undefined;
  let reading: Promise<void> | undefined;
  let lost = false;
  let closed = false;

  const open = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'hopslab proxy',
      connectionTimeoutMillis: 3000,
      query_timeout: 5000
    });
    const forget = () => {
      if (current === fresh) client = undefined;
    };
    fresh.on('error', forget);
    fresh.on('end', forget);
    fresh.on('notification', ({ payload }) => {
      if (isRouting(payload)) void soon();
    });
    await fresh.connect();
    await fresh.query('listen hopslab');
    current = fresh;
    return fresh;
  };

  const connected = (): Promise<pg.Client> => (client ??= open());

  const accept = (rows: readonly Row[]): void => {
    const now = JSON.stringify(rows);
    if (now === seen) return;
    seen = now;
    routes = new Map(rows.map(routeOf).map(route => [route.label, route]));
    sockets = new Set(rows.flatMap(row => row.socket ?? []));
    for (const listener of listeners) listener();
  };

  const read = async (): Promise<void> => {
    if (closed) return;
    try {
      const { rows } = await (await connected()).query<Row>(text);
      if (lost) logger.info('the routing table is read again');
      lost = false;
      accept(rows);
    } catch (error) {
      const broken = client;
      client = undefined;
      if (!lost && seen === undefined) logger.info({ err: error }, 'there is no routing table yet');
      else if (!lost) logger.warn({ err: error }, 'the routing table cannot be read; the last one stays');
      lost = true;
      await (await broken?.catch(() => undefined))?.end().catch(() => undefined);
    }
  };

  /** Joins a reading that has not begun yet, never one that may have missed what the caller waits for. */
  let next: Promise<void> | undefined;
  const soon = (): Promise<void> => {
    next ??= (reading ?? Promise.resolve()).then(() => {
      next = undefined;
      reading = read().finally(() => (reading = undefined));
      return reading;
    });
    return next;
  };

  const timer = setInterval(() => void soon(), pollMs);
  void soon();

  return {
    lookup: label => routes.get(label),
    sockets: () => sockets,
    refresh: soon,
    get known() {
      return seen !== undefined;
    },
    onChange: listener => void listeners.push(listener),
    async touch(sessions) {
      if (sessions.length === 0 || closed) return;
      try {
        const sql = `update sessions set last_seen_at = now() where id = any($1::uuid[]) and last_seen_at < now() - interval '1 minute'`;
        await (await connected()).query(sql, [sessions]);
      } catch (error) {
        logger.debug({ err: error }, 'sessions could not be marked as in use');
      }
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await reading;
      await (await client?.catch(() => undefined))?.end();
    }
  };
};
