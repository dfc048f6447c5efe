import { platform } from '../../platform/actor.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import type { Db } from '../../platform/db.js';
import { machineUptime, type Uptime } from '../../platform/uptime.js';
import type { Defaults } from './quota.defaults.js';
import { readSetLimits } from './quota.set.js';
import { usedUpBy } from './usage.month.js';
import { createUsageStore } from './usage.store.js';
import { createWarningsStore, type WarningKey } from './warnings.store.js';

export interface WarningsDeps {
  readonly db: Db;
  readonly defaults: Defaults;
  /** Minutes from the warning to the end of what runs. */
  readonly graceMinutes: number;
  /** The channel on which who ends overdue runs listens. */
  readonly channel: string;
  readonly uptime?: Uptime;
}

const minute = 60_000;

const keyOf = ({ project, username, what }: WarningKey): string => `${project} ${username} ${what}`;

/** Who has used up what of this month. */
const usedUpNow = async (db: Db, defaults: Defaults, now: Date): Promise<Map<string, WarningKey>> => {
  const rows = await createUsageStore(db).month(null, now);
  const limits = await readSetLimits(db, defaults, [...new Set(rows.map(row => row.project))]);
  const all = rows.flatMap(({ project, username }) =>
    usedUpBy({ project, user: username }, limits, rows, now).map(({ what, user }) => ({
      project,
      username: user ?? '',
      what
    }))
  );
  return new Map(all.map(key => [keyOf(key), key]));
};

/**
 * Warns who has used up their month, and takes the warning back when the month turns or more was granted. The grace
 * passes on the machine's own clock: nothing is ended early because a clock was set.
 */
export const warn = async (
  { db, defaults, graceMinutes, channel, uptime = machineUptime() }: WarningsDeps,
  now = new Date()
): Promise<void> =>
  db.transaction(async trx => {
    const store = createWarningsStore(trx);
    const there = new Map((await store.all()).map(row => [keyOf(row), row]));
    const usedUp = await usedUpNow(trx, defaults, now);
    const write = (key: WarningKey, action: string) =>
      record(trx, {
        actor: platform,
        project: key.project,
        action,
        asset: key.username === '' ? `quota:${key.project}` : `quota:${key.project}/${key.username}`,
        data: { what: key.what }
      });
    for (const [id, key] of usedUp) {
      if (there.has(id)) continue;
      await store.start(key, uptime, graceMinutes);
      await write(key, 'quota.used-up');
    }
    for (const [id, key] of there) {
      if (usedUp.has(id)) continue;
      await store.remove(key);
      await write(key, 'quota.free-again');
    }
    for (const [id, row] of there) {
      if (!usedUp.has(id)) continue;
      // Whatever ran before the machine's last start has ended with it; the grace begins anew.
      if (row.boot !== uptime.boot) await store.start(row, uptime, graceMinutes);
      else if (uptime.now() - row.begun_up >= graceMinutes * minute) await store.makeOverdue(row);
    }
    if (there.size > 0) await publish(trx, channel, {});
  });
