import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { createExperimentsStore } from './experiments.store.js';
import { tallied } from './experiments.tally.js';
import type { ExperimentRow } from './experiments.views.js';
import { told } from './trials.machine.js';
import { createTrialsStore } from './trials.store.js';

/**
 * Takes reports, all or none, under the project's lock, and keeps the experiment's tally; how many trials changed.
 * What it costs grows with the reports, not with the trials that are there.
 */
export const takeReports = async (
  trx: Db,
  { id, direction, counts, best }: ExperimentRow,
  reports: readonly contract.TrialReport[]
): Promise<number> => {
  if (reports.length === 0) return 0;
  const trials = createTrialsStore(trx);
  const before = await trials.known(
    id,
    reports.map(({ number }) => number)
  );
  const now = told(before, reports);
  const written = await trials.write(id, now);
  if (written.size === 0) return 0;
  const changes = now
    .filter(({ number }) => written.has(number))
    .map(after => ({ before: before.get(after.number), after }));
  const tally = tallied({ counts, best }, changes, direction);
  await createExperimentsStore(trx).setTally(id, {
    counts: tally.counts,
    best: tally.best === undefined ? await trials.best(id, direction) : tally.best
  });
  return written.size;
};
