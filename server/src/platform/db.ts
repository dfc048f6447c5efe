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

/** Opens a pool; nothing is connected until the first query. */
export const connect = (url: string, max = 10): Db =>
  knex({
    client: 'pg',
    connection: { connectionString: url, types, application_name: 'hopslab' } as Knex.PgConnectionConfig,
    pool: { min: 0, max },
    acquireConnectionTimeout: 10_000
  });

/** Postgres said that a row with this key is there already. */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';
