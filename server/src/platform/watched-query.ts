import pg from 'pg';
import type { Logger } from './logger.js';

export interface WatchedQueryDeps<Row> {
  readonly url: string;
  /** What is read, in words: "the routing table". */
  readonly name: string;
  readonly text: string;
  /** Channels of `platform/live` that say that the answer has changed. */
  readonly channels: readonly string[];
  readonly logger: Logger;
  readonly pollMs?: number | undefined;
  /** Called with every answer that is not the one before. */
  readonly accept: (rows: readonly Row[]) => void;
}

export interface WatchedQuery {
  /** Reads again now, in a reading that begins after the call; resolves when that is done or has failed. */
  readonly refresh: () => Promise<void>;
  /** Whether it was ever read. */
  readonly known: boolean;
  /** Milliseconds since the database was asked for what was read last; infinite while it never was. */
  readonly age: number;
  /** Sends something else over the same connection. */
  send(text: string, values: readonly unknown[]): Promise<void>;
  readonly close: () => Promise<void>;
}

/** The answer to one query, followed by one connection that listens and polls; while the database is away it stays. */
export const watchQuery = <Row>(deps: WatchedQueryDeps<Row>): WatchedQuery => {
  const { url, name, text, logger, pollMs = 1000 } = deps;
  let seen: string | undefined;
  let client: Promise<pg.Client> | undefined;
  let current: pg.Client | undefined;
  let reading: Promise<void> | undefined;
  let lost = false;
  let readAt = -Infinity;
  let closed = false;

  const concerns = (payload: string | undefined): boolean => {
    const { channel } = JSON.parse(payload ?? '{}') as { channel?: unknown };
    return typeof channel === 'string' && deps.channels.includes(channel);
  };

  const open = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'hopslab watch',
      connectionTimeoutMillis: 3000,
      query_timeout: 5000
    });
    const forget = () => {
      if (current === fresh) client = undefined;
    };
    fresh.on('error', forget);
    fresh.on('end', forget);
    fresh.on('notification', ({ payload }) => {
      if (concerns(payload)) void soon();
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
    deps.accept(rows);
  };

  const read = async (): Promise<void> => {
    if (closed) return;
    try {
      const asked = performance.now();
      const { rows } = await (await connected()).query(text);
      readAt = asked;
      if (lost) logger.info(`${name} is read again`);
      lost = false;
      accept(rows as Row[]);
    } catch (error) {
      const broken = client;
      client = undefined;
      if (!lost && seen === undefined) logger.info({ err: error }, `${name} is not there yet`);
      else if (!lost) logger.warn({ err: error }, `${name} cannot be read; what was read last stays`);
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
    refresh: soon,
    get known() {
      return seen !== undefined;
    },
    get age() {
      return performance.now() - readAt;
    },
    async send(sql, values) {
      if (closed) return;
      await (await connected()).query(sql, [...values]);
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      await reading;
      await (await client?.catch(() => undefined))?.end();
    }
  };
};
