import { audit } from '@hopslab/schema';
import type { Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import type { Logger } from '../../platform/logger.js';
import type { AuditService } from './audit.service.js';
import { createAuditStore } from './audit.store.js';

export interface VerificationDeps {
  readonly db: Db;
  readonly audit: Pick<AuditService, 'readThrough'>;
  readonly logger: Logger;
}

const action = 'audit.verified';

/**
 * The verification of the journal as an operation to follow. One at a time; a row of the journal tells what it found,
 * so that the last one is known after a restart too.
 */
export const createVerification = ({ db, audit: { readThrough }, logger }: VerificationDeps) => {
  let running: audit.VerificationState['running'] = null;
  let last: audit.VerificationState['last'] = null;

  const ended = (by: string, found: audit.Verification | null): void => {
    last = { by, at: new Date().toISOString(), found };
    running = null;
  };

  const run = async (actor: Actor): Promise<void> => {
    const by = actor.user.name;
    try {
      const found = await readThrough(rows => {
        if (running) running = { ...running, rows };
      });
      await record(db, { actor, project: null, action, asset: 'platform', data: found });
      ended(by, found);
    } catch (error) {
      logger.warn({ err: error }, 'the verification of the journal could not be finished');
      ended(by, null);
    }
  };

  const before = async (): Promise<audit.VerificationState['last']> => {
    const row = await createAuditStore(db).newest(action);
    const found = audit.Verification.safeParse(row?.data);
    return row && found.success ? { by: row.actor, at: row.at, found: found.data } : null;
  };

  const state = async (): Promise<audit.VerificationState> => ({ running, last: last ?? (await before()) });

  return {
    state,

    async start(actor: Actor): Promise<audit.VerificationState> {
      const of = await createAuditStore(db).tip();
      if (!running) {
        running = { by: actor.user.name, startedAt: new Date().toISOString(), rows: 0, of };
        void run(actor);
      }
      return state();
    }
  };
};
export type VerificationService = ReturnType<typeof createVerification>;
