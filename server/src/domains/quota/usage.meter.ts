import type { Db } from '../../platform/db.js';
import { machineUptime, type Uptime } from '../../platform/uptime.js';

/**
 * Every lease is charged from where it was metered last to where it is now, or ended, on the machine's own clock; the
 * ledger's rows and the leases' marks change in one statement. So whatever is killed or set whenever, each millisecond
 * is counted once: what was not written down is found again from the marks. Time that passed is laid on the days before
 * now by the calendar's clock; a clock that is set moves use between days, and adds none.
 *
 * Only this writes the ledger, one at a time. A lease that is being changed is charged at the next turn.
 */
const charge = `
  with given as (select ?::text as boot, ?::bigint as up, ?::timestamptz as at), due as (
    select id, project, username, total_cores, ceil(total_memory / 1048576.0)::bigint as mebibytes, gpu_types, metered_up,
      case when state = 'released' then released_up
        when leases.boot = given.boot then greatest(metered_up, up) else metered_up end as upto,
      (extract(epoch from least(coalesce(released_at, at), at)) * 1000)::bigint as until
    from leases, given
    where metered_up is not null and (released_up is null or metered_up < released_up)
    for update of leases skip locked
  ), marked as (
    update leases set metered_up = due.upto from due where leases.id = due.id and due.upto > due.metered_up
  ), days as (
    select due.*, day,
      least(until, (extract(epoch from day + 1) * 1000)::bigint)
        - greatest(until - (upto - metered_up), (extract(epoch from day) * 1000)::bigint) as passed
    from due, generate_series(
        (to_timestamp((until - (upto - metered_up)) / 1000.0) at time zone 'utc')::date::timestamp,
        (to_timestamp(until / 1000.0) at time zone 'utc')::date::timestamp, interval '1 day') as dates (midnight),
      lateral (select midnight::date as day) as named
    where upto > metered_up
  ), amounts as (
    select project, username, day, 'cores' as kind, total_cores * passed as amount from days
    union all select project, username, day, 'memory', mebibytes * passed from days
    union all select project, username, day, 'gpu:' || type, count::bigint * passed
      from days, jsonb_each_text(gpu_types) as gpus (type, count)
  )
  insert into usage (project, username, day, kind, amount)
  select project, username, day, kind, sum(amount) from amounts where amount > 0 group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (project, day, username, kind) do update set amount = usage.amount + excluded.amount`;

/** Leases that an older version granted are metered from now on. */
const adopt = `
  update leases set boot = ?, granted_up = ?, metered_up = ?
  where state = 'held' and granted_up is null`;

/** Writes down what is used and not yet written down. */
export const meter = (db: Db, uptime: Uptime = machineUptime(), at: Date = new Date()): Promise<void> =>
  db.transaction(async trx => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('usage'))`);
    const now = uptime.now();
    await trx.raw(adopt, [uptime.boot, now, now]);
    await trx.raw(charge, [uptime.boot, now, at]);
  });
