import type { metering as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { createMeteringStore } from './metering.store.js';

/** What data scientists' browsers were sent, for the project's data owners. */
export const createMeteringService = (db: Db, now: () => number = Date.now) => ({
  async seen(
    project: string,
    { from, to }: { from?: string | undefined; to?: string | undefined }
  ): Promise<{ items: contract.Seen[]; nextCursor: null }> {
    const last = to ?? new Date(now()).toISOString().slice(0, 10);
    return { items: await createMeteringStore(db).of(project, from ?? null, last), nextCursor: null };
  }
});
export type MeteringService = ReturnType<typeof createMeteringService>;
