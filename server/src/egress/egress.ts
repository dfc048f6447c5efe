import { createEgressStore } from '../domains/egress/egress.store.js';
import type { Author } from '../platform/actor.js';
import type { Db } from '../platform/db.js';
import { record } from '../platform/journal.js';
import type { Logger } from '../platform/logger.js';
import { createMeter } from '../platform/meter.js';
import { createDiary, type Told } from './diary.js';
import { createDoors, type Doors } from './doors.js';
import { createReach, type ReachDeps } from './reach.js';
import { createServe } from './serve.js';
import { createTunnels, type Limits } from './tunnels.js';

export interface EgressDeps extends ReachDeps {
  readonly url: string;
  readonly db: Db;
  readonly logger: Logger;
  readonly socketOf: (sandbox: string) => string;
  readonly limits?: Limits;
  readonly idleMs?: number;
}

/** How often it is written down what was carried: what a killed process loses. */
const meterMs = 2000;

const usualLimits: Limits = { perSandbox: 128, all: 2048 };
const usualIdleMs = 10 * 60_000;

/** Who did it: the sandbox's socket is the identity. */
const authorOf = ({ sandbox, project, user, role }: Told['door']): Author => ({
  user: { name: user },
  channel: 'sandbox',
  member: role && { project, role },
  address: `sandbox ${sandbox}`,
  requestId: null
});

/** The sandboxes' way to the internet: opens at once and serves until it is closed. */
export const createEgress = (deps: EgressDeps) => {
  const { db, logger, limits = usualLimits, idleMs = usualIdleMs } = deps;
  const store = createEgressStore(db);
  const meters = {
    sent: createMeter(totals => store.keep('sent', totals), logger, 'what programs sent to the internet'),
    received: createMeter(
      totals => store.keep('received', totals),
      logger,
      'what programs received from the internet'
    )
  };
  const tunnels = createTunnels(limits, {
    sent: (who, bytes) => {
      meters.sent.add(who, bytes);
    },
    received: (who, bytes) => {
      meters.received.add(who, bytes);
    }
  });
  const diary = createDiary({
    write: ({ door, destination: { host, port }, refused }) =>
      record(db, {
        actor: authorOf(door),
        project: door.project,
        action: 'egress.used',
        asset: `host:${host}:${String(port)}`,
        ...(refused !== undefined && { outcome: 'refused', data: { code: refused } })
      })
  });
  const serve = createServe({
    known: sandbox => doors.lookup(sandbox),
    ask: sandbox => store.door(sandbox),
    reach: createReach(deps),
    diary,
    tunnels,
    logger,
    idleMs
  });
  const doors: Doors = createDoors({ ...deps, tunnels, serve });

  const write = async (): Promise<void> => {
    tunnels.measure();
    await Promise.all([meters.sent.flush(), meters.received.flush()]);
  };
  const metering = setInterval(() => void write(), meterMs);

  return {
    async close(): Promise<void> {
      clearInterval(metering);
      tunnels.measure();
      await doors.close();
      await write();
    }
  };
};
