import { randomUUID } from 'node:crypto';
import type { Db } from '../../platform/db.js';
import { machineUptime, type Uptime } from '../../platform/uptime.js';
import { createLeasesStore } from './leases.store.js';

const machine = machineUptime();

/** Changes of how many executors a lease has, or asks for. Under the ledger's lock. */
export const createLeaseChanges = (db: Db, uptime: Uptime = machine) => {
  const store = createLeasesStore(db, uptime);

  /** Lets one that waits ask for fewer executors; it keeps its place. */
  const askForFewer = async (id: string, executors: number): Promise<void> => {
    await db('leases')
      .where({ id, state: 'queued' })
      .update({
        executors,
        total_cores: db.raw('cores * ?::integer', [executors]),
        total_memory: db.raw('memory * ?::bigint', [executors])
      });
  };

  const begin = async (from: string, executors: number, { ended }: { ended: boolean }): Promise<string> => {
    const id = randomUUID();
    const now = String(uptime.now());
    // The meter may have been further than our clock's last look.
    const since = ended
      ? db.raw('case when boot = ? then released_up else ?::bigint end', [uptime.boot, now])
      : db.raw('?::bigint', [now]);
    await db.raw(
      `insert into leases (id, project, username, purpose, executors, cores, memory, gpus, gpu_type, total_cores,
          total_memory, total_gpus, gpu_indexes, gpu_types, state, asked_at, granted_at, renewed_at, holder, elastic,
          boot, granted_up, metered_up, follows)
        select ?, project, username, purpose, ?::integer, cores, memory, gpus, gpu_type, cores * ?::integer,
          memory * ?::bigint, total_gpus, gpu_indexes, gpu_types, 'held', asked_at, coalesce(granted_at, now()),
          renewed_at, holder, elastic, ?, since, since, id
        from leases, lateral (select ? as since) as clock where id = ?`,
      [id, executors, executors, executors, uptime.boot, since, from]
    );
    return id;
  };

  return {
    /** That a holder is asked to keep only so many executors, or that nobody asks any more. */
    askToKeep: async (id: string, keep: number | null, why: string | null): Promise<void> => {
      await db('leases').where({ id }).update({ keep, keep_why: why });
    },

    setElastic: async (ids: readonly string[], elastic: boolean): Promise<void> => {
      await db('leases')
        .whereIn('id', [...ids])
        .update({ elastic });
    },

    askForFewer,
    /**
     * Ends a lease and begins one with another number of executors in its place, at the same instant of the machine's
     * clock: what is held never changes under the meter. Answers the new one's id; nothing where the old one has ended.
     */
    async replace(id: string, executors: number): Promise<string | undefined> {
      if (!(await store.release(id))) return undefined;
      return begin(id, executors, { ended: true });
    },

    /** Lends a part of what is asked for; the ask waits on with the rest. Answers the new lease's id. */
    async lendPart(id: string, executors: number, of: number): Promise<string> {
      await askForFewer(id, of - executors);
      return begin(id, executors, { ended: false });
    }
  };
};
