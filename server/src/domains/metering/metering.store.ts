import type { metering as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';

/** Writes sums of what browsers were sent, as one JSON text; a sum that is written again, or late, changes nothing. */
export const keepSeen = `
  insert into seen_bytes (project, username, day, source, bytes)
  select project, username, day, source, bytes
    from json_to_recordset($1::json) as sums (project text, username text, day date, source uuid, bytes bigint)
  on conflict (project, day, username, source) do update set bytes = greatest(seen_bytes.bytes, excluded.bytes)`;

/** As the platform itself writes them, beside the proxies. */
export const keepSeenBy =
  (db: Db) =>
  async (sums: readonly unknown[]): Promise<void> => {
    await db.raw(keepSeen.replace('$1', '?'), [JSON.stringify(sums)]);
  };

export const createMeteringStore = (db: Db) => ({
  /** Sums of days, both included; from 29 days before the last where no first one is given. */
  async of(project: string, first: string | null, last: string): Promise<contract.Seen[]> {
    const { rows } = await db.raw<{ rows: contract.Seen[] }>(
      `select username as "user", to_char(day, 'YYYY-MM-DD') as day, sum(bytes)::float8 as bytes
        from seen_bytes
        where project = ? and day between coalesce(?::date, ?::date - 29) and ?::date
        group by seen_bytes.username, seen_bytes.day order by seen_bytes.username, seen_bytes.day`,
      [project, first, last, last]
    );
    return rows;
  }
});
