import type { notebooks as contract } from '@hopslab/schema';
import { labelOf } from '../../platform/label.js';
import type { Origins } from '../../platform/origins.js';
import { liveStates, resourcesOf, type ComputeRow, type RunRow } from './notebooks.store.js';

const absent = (user: string, reason: string | null): contract.NotebookServer => ({
  user,
  state: 'absent',
  url: null,
  resources: null,
  startedAt: null,
  ...(reason === null ? {} : { reason })
});

const queueOf = ({ position, why }: { position: number | null; why: string | null }) => ({
  ...(position === null ? {} : { queuePosition: position }),
  ...(why === null ? {} : { reason: why })
});

/** How many executors a lease has, would have, and is to keep. */
const countOf = (row: ComputeRow) => {
  const executors = row.state === 'held' ? row.executors : 0;
  return {
    executors,
    wanted: row.executors + (row.more?.executors ?? 0),
    keep: executors === 0 ? 0 : (row.keep ?? executors),
    ...(row.keep_why === null ? {} : { keepReason: row.keep_why })
  };
};

/** Who has a server's executors, or waits for them. */
export const computeView = (row: ComputeRow): contract.Compute => ({
  state: row.state,
  holder: row.holder,
  since: new Date(row.since).toISOString(),
  ...countOf(row),
  ...queueOf(row.more ?? row)
});

/** A notebook server as people see it; `undefined` where there never was one. */
export const notebookView = (
  origins: Origins,
  user: string,
  row: RunRow | undefined
): contract.NotebookServer => {
  if (!row) return absent(user, null);
  if (row.state === 'ended') return absent(user, row.reason);
  const entered = row.state === 'starting' || row.state === 'ready';
  return {
    user,
    state: row.state,
    url: entered ? `${origins.notebook(labelOf(row.project, user))}/lab` : null,
    resources: liveStates.includes(row.state) ? resourcesOf(row) : null,
    ...(row.state === 'starting' ? { progress: { step: row.step, fraction: row.fraction } } : {}),
    ...(row.state === 'queued' ? queueOf(row) : {}),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(entered && row.compute ? { compute: computeView(row.compute) } : {}),
    ...(entered && row.outdated ? { outdatedMounts: true } : {}),
    startedAt: row.started_at.toISOString()
  };
};
