import type { egress as contract, Role } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import { isGranted } from '../../platform/verdict.js';
import type { Precondition } from '../../platform/version.js';
import { egressChannel } from './egress.channel.js';
import { canEgress } from './egress.policy.js';
import { createEgressStore } from './egress.store.js';

interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Whether data owners’ programs reach the internet, and what they carried. Who carries it is `src/egress`. */
export const createEgressService = (db: Db, now: () => number = Date.now) => {
  const store = createEgressStore(db);
  return {
    get: async (project: string): Promise<contract.Egress> => ({ enabled: await store.enabled(project) }),

    async put(actor: Actor, project: string, enabled: boolean, unchanged: Precondition) {
      await db.transaction(async trx => {
        const inside = createEgressStore(trx);
        const before = await inside.lock(project);
        unchanged({ enabled: before });
        if (before === enabled) return;
        await inside.set(project, enabled);
        const action = enabled ? 'egress.enabled' : 'egress.disabled';
        await record(trx, { actor, project, action, asset: `project:${project}` });
        await publish(trx, egressChannel, {});
      });
      return { enabled };
    },

    /** Whether a sandbox that begins now is given a way out. */
    opensFor: async (project: string, role: Role): Promise<boolean> =>
      isGranted(canEgress({ role })) && (await store.enabled(project)),

    async use(project: string, { from, to }: Days) {
      const last = to ?? new Date(now()).toISOString().slice(0, 10);
      return { items: await store.use(project, from ?? null, last), nextCursor: null };
    }
  };
};
export type EgressService = ReturnType<typeof createEgressService>;
