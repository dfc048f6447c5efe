import type { Role } from '@hopslab/schema';
import { routingChannel } from '../domains/notebooks/notebooks.routing.js';
import { labelOf } from '../platform/label.js';
import type { Logger } from '../platform/logger.js';
import type { Route, RouteTable } from './route-table.js';
import { watchQuery } from '../platform/watched-query.js';
import { keepSeen } from '../domains/metering/metering.store.js';
import type { MemberTotal } from '../platform/meter.js';

interface Row {
  readonly project: string;
  readonly username: string;
  readonly socket: string | null;
  readonly epoch: string | null;
  readonly role: Role | null;
  readonly sessions: readonly { readonly id: string; readonly awake: boolean }[];
  readonly tokens: readonly { readonly id: string; readonly hash: string }[];
}

/**
 * `servers` answers `project, username, socket` for every notebook server there is. Who reaches a kernel reads and
 * computes as its person does, so an access token has to have both scopes.
 */
const query = (servers: string): string => `
  with servers as (${servers})
  select servers.project, servers.username, servers.socket,
    case when users.locked then null else members.epoch::text end as epoch, members.role,
    coalesce((
      select json_agg(json_build_object(
        'id', sessions.id,
        'awake', sessions.last_seen_at > now() - interval '12 hours'
      ) order by sessions.id)
      from sessions where sessions.username = servers.username and sessions.expires_at > now()
    ), '[]') as sessions,
    coalesce((
      select json_agg(json_build_object('id', tokens.id, 'hash', encode(tokens.hash, 'hex')) order by tokens.id)
      from access_tokens as tokens
      where tokens.username = servers.username and tokens.expires_at > now()
        and tokens.scopes @> '{read,compute}' and coalesce(tokens.project, servers.project) = servers.project
    ), '[]') as tokens
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
  role: row.role,
  sessions: new Map([
    ...row.sessions.map(({ id, awake }) => [id, awake ? 'browser' : 'program'] as const),
    ...row.tokens.map(({ id }) => [id, 'program'] as const)
  ]),
  accessTokens: new Map(row.tokens.map(({ id, hash }) => [hash, id]))
});

const touch = (table: string, column: string): string =>
  `update ${table} set ${column} = now() where id = any($1::uuid[]) and coalesce(${column}, '-infinity') < now() - interval '1 minute'`;
const touchSessions = touch('sessions', 'last_seen_at');
const touchTokens = touch('access_tokens', 'last_used_at');

export interface PostgresRouteTableDeps {
  readonly url: string;
  readonly servers: string;
  readonly logger: Logger;
  readonly pollMs?: number;
}

export interface PostgresRouteTable extends RouteTable {
  /** Marks sessions and access tokens as in use, so that work in a notebook keeps its hub session awake. */
  touch(sessions: readonly string[]): Promise<void>;
  /** Writes down what browsers were sent. */
  keepSeen(totals: readonly MemberTotal[]): Promise<void>;
  close(): Promise<void>;
}

/** The table as the database has it; while the database is away it stays as it was. */
export const createPostgresRouteTable = (deps: PostgresRouteTableDeps): PostgresRouteTable => {
  const listeners: (() => void)[] = [];
  let routes = new Map<string, Route>();
  let sockets: ReadonlySet<string> = new Set();

  const watched = watchQuery<Row>({
    url: deps.url,
    name: 'the routing table',
    text: query(deps.servers),
    channels: [routingChannel],
    logger: deps.logger,
    pollMs: deps.pollMs,
    accept: rows => {
      routes = new Map(rows.map(routeOf).map(route => [route.label, route]));
      sockets = new Set(rows.flatMap(row => row.socket ?? []));
      for (const listener of listeners) listener();
    }
  });

  return {
    lookup: label => routes.get(label),
    sockets: () => sockets,
    refresh: watched.refresh,
    get known() {
      return watched.known;
    },
    onChange: listener => void listeners.push(listener),
    async touch(sessions) {
      if (sessions.length === 0) return;
      try {
        for (const sql of [touchSessions, touchTokens]) await watched.send(sql, [sessions]);
      } catch (error) {
        deps.logger.debug({ err: error }, 'sessions could not be marked as in use');
      }
    },
    keepSeen: totals => watched.send(keepSeen, [JSON.stringify(totals)]),
    close: watched.close
  };
};
