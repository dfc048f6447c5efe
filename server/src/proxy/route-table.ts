import type { Role } from '@hopslab/schema';

/** A notebook server, as the proxy has to know it. */
export interface Route {
  readonly label: string;
  readonly project: string;
  readonly user: string;
  /** The notebook server's unix socket; null unless it is ready. */
  readonly socket: string | null;
  /** Grows when the membership changes; a cookie of an earlier one is void. Null: no member, or locked. */
  readonly epoch: number | null;
  /** What its user is in the project now; null for no member. */
  readonly role: Role | null;
  /** The user's live sessions: in use by a browser, or only kept by a program's token; and the ids of access tokens. */
  readonly sessions: ReadonlyMap<string, 'browser' | 'program'>;
  /** The access tokens that are good for this notebook server: their ids by their secrets' SHA-256, in hex. */
  readonly accessTokens: ReadonlyMap<string, string>;
}

/** What the data plane routes by; kept as it was while the database is away. */
export interface RouteTable {
  /** The route behind a label; undefined when there is none, or none is known yet. */
  lookup(label: string): Route | undefined;
  /** Sockets of every route that is ready. */
  sockets(): ReadonlySet<string>;
  /** Reads the table again now; resolves when that is done or has failed. */
  refresh(): Promise<void>;
  /** Whether it was ever read. */
  readonly known: boolean;
  /** Called after every change. */
  onChange(listener: () => void): void;
}
