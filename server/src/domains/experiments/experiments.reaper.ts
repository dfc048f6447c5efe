import type { Db } from '../../platform/db.js';
import type { ExperimentsService } from './experiments.service.js';
import { createExperimentsStore, type OpenExperiment } from './experiments.store.js';

export interface ReaperDeps {
  readonly db: Db;
  readonly service: Pick<ExperimentsService, 'presumeEnded'>;
  /** Whether a sandbox still runs. */
  readonly sandboxRuns: (sandbox: string) => Promise<boolean>;
  /** Milliseconds of a clock that stands still while the machine sleeps and is not set. */
  readonly now?: () => number;
}

const lostMs = 120_000;
const reason = 'the notebook that ran it has ended';

/**
 * Finds experiments whose driver is gone: with its sandbox, or silent for long. Silence is counted only while we
 * listen: a restart of the platform or a laptop that slept is nobody's death.
 */
export const createReaper = ({ db, service, sandboxRuns, now = () => performance.now() }: ReaperDeps) => {
  let silences = new Map<string, { heard: number; since: number }>();

  const isDead = async ({ sandbox }: OpenExperiment, silence: number): Promise<boolean> =>
    silence >= lostMs || (sandbox !== null && !(await sandboxRuns(sandbox)));

  return async (): Promise<void> => {
    const seen: typeof silences = new Map();
    for (const one of await createExperimentsStore(db).open()) {
      const heard = one.heartbeat_at.getTime();
      const before = silences.get(one.id);
      const silence = before?.heard === heard ? before : { heard, since: now() };
      seen.set(one.id, silence);
      if (await isDead(one, now() - silence.since))
        await service.presumeEnded(one.project, one.id, one.heartbeat_at, reason);
    }
    silences = seen;
  };
};
