import { platform } from '../../platform/actor.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import type { Db } from '../../platform/db.js';
import { machineUptime, type Uptime } from '../../platform/uptime.js';
import type { Defaults } from './quota.defaults.js';
import { readSetLimits } from './quota.set.js';
import { usedUpBy } from './usage.month.js';
import { kindsOfStorage, overBy, type Over, type Stored } from './usage.storage.js';
import { createUsageStore } from './usage.store.js';
import { createWarningsStore, type WarningKey } from './warnings.store.js';

export interface WarningsDeps {
  readonly db: Db;
  readonly defaults: Defaults;
  /** Minutes from the warning to the end of what runs. */
  readonly graceMinutes: number;
  /** The same of what is stored. */
  readonly storageGraceMinutes: number;
  /** What projects in use hold in their datasets. */
  readonly stored: () => Promise<ReadonlyMap<string, Stored>>;
  /** The channel on which who ends overdue runs listens. */
  readonly channel: string;
  readonly uptime?: Uptime;
}

const minute = 60_000;

const keyOf = ({ project, username, what }: WarningKey): string => `${project} ${username} ${what}`;

/** Which projects store more than they may. */
export const overNow = async ({
  db,
  defaults,
  stored
}: Pick<WarningsDeps, 'db' | 'defaults' | 'stored'>): Promise<(Over & { readonly project: string })[]> => {
  const all = await stored();
  const limits = await readSetLimits(db, defaults, [...all.keys()]);
  return [...all].flatMap(([project, held]) =>
    overBy(project, limits.project(project), held).map(over => ({ project, ...over }))
  );
};

/** Who has used up what of this month, and which projects store too much. */
const usedUpNow = async (
  db: Db,
  defaults: Defaults,
  over: readonly WarningKey[],
  now: Date
): Promise<Map<string, WarningKey>> => {
  const rows = await createUsageStore(db).month(null, now);
  const limits = await readSetLimits(db, defaults, [...new Set(rows.map(row => row.project))]);
  const all = rows.flatMap(({ project, username }) =>
    usedUpBy({ project, user: username }, limits, rows, now).map(({ what, user }) => ({
      project,
      username: user ?? '',
      what
    }))
  );
  return new Map([...all, ...over].map(key => [keyOf(key), key]));
};

const isOfStorage = (what: WarningKey['what']): boolean => kindsOfStorage.some(kind => kind === what);

const actionsOf = (what: WarningKey['what']) =>
  isOfStorage(what)
    ? { warned: 'quota.storage-over', free: 'quota.storage-within' }
    : { warned: 'quota.used-up', free: 'quota.free-again' };

/**
 * Warns who has used up their month or stores too much, and takes the warning back when the month turns, something
 * was removed or more was granted. The grace passes on the machine's own clock: nothing is ended early because a clock was set.
 */
export const warn = async (deps: WarningsDeps, now = new Date()): Promise<void> => {
  const { db, defaults, channel, uptime = machineUptime() } = deps;
  const over = (await overNow(deps)).map(({ project, what }) => ({ project, username: '', what }));
  const graceOf = ({ what }: WarningKey): number =>
    isOfStorage(what) ? deps.storageGraceMinutes : deps.graceMinutes;
  await db.transaction(async trx => {
    const store = createWarningsStore(trx);
    const there = new Map((await store.all()).map(row => [keyOf(row), row]));
    const usedUp = await usedUpNow(trx, defaults, over, now);
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
      await store.start(key, uptime, graceOf(key));
      await write(key, actionsOf(key.what).warned);
    }
    for (const [id, key] of there) {
      if (usedUp.has(id)) continue;
      await store.remove(key);
      await write(key, actionsOf(key.what).free);
    }
    for (const [id, row] of there) {
      if (!usedUp.has(id)) continue;
      // Whatever ran before the machine's last start has ended with it; the grace begins anew.
      if (row.boot !== uptime.boot) await store.start(row, uptime, graceOf(row));
      else if (uptime.now() - row.begun_up >= graceOf(row) * minute) await store.makeOverdue(row);
    }
    if (there.size > 0) await publish(trx, channel, {});
  });
};
