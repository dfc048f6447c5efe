import type { Socket } from 'node:net';
import knex, { type Knex } from 'knex';
import pg from 'pg';

/** A connection pool or a transaction on it: stores never know which. */
export type Db = Knex;

// Positions and sizes stay far below 2^53.
const int8: number = pg.types.builtins.INT8;
const types = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary') =>
    (oid as number) === int8 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown)
};

interface Connection {
  /** False while it works on a query. */
  readonly readyForQuery: boolean;
  readonly connection: { readonly stream: Socket };
}

/** A database that hangs is given up like one that is gone, so that who asks gets an answer in time. */
const giveUpAfter =
  (ms: number) =>
  (client: Connection, done: (error: unknown, client: unknown) => void): void => {
    const { stream } = client.connection;
    stream.setTimeout(ms, () => {
      if (!client.readyForQuery) stream.destroy(new Error('Connection terminated: PostgreSQL hangs'));
    });
    done(undefined, client);
  };

/**
 * Opens a pool; nothing is connected until the first query.
 * `silence`: milliseconds without a word from the database in the middle of a query; 0 waits for ever.
 */
export const connect = (url: string, max = 10, silence = 8000): Db =>
  knex({
    client: 'pg',
    connection: {
      connectionString: url,
      types,
      application_name: 'hopslab',
      connectionTimeoutMillis: silence
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max, afterCreate: giveUpAfter(silence) },
    acquireConnectionTimeout: 10_000
  });

/** Postgres said that a row with this key is there already. */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';
