import type { experiments as contract } from '@hopslab/schema';
import type { Db } from '../../platform/db.js';
import { createExperimentsStore } from './experiments.store.js';
import { tallied } from './experiments.tally.js';
import { objectivesOf, type ExperimentRow } from './experiments.views.js';
import { keepFront } from './front.keeping.js';
import { createFrontStore } from './front.store.js';
import { told } from './trials.machine.js';
import { createTrialsStore } from './trials.store.js';

/**
 * Takes reports, all or none, under the project's lock, and keeps the experiment's tally; how many trials changed.
 * What it costs grows with the reports, not with the trials that are there.
 */
export const takeReports = async (
  trx: Db,
  row: ExperimentRow,
  reports: readonly contract.TrialReport[]
): Promise<number> => {
  if (reports.length === 0) return 0;
  const { id, direction, counts, best } = row;
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
  const store = createExperimentsStore(trx);
  if (row.also.length === 0) {
    const found = tally.best === undefined ? await trials.best(id, direction) : tally.best;
    await store.setTally(id, { counts: tally.counts, best: found });
  } else {
    const objectives = objectivesOf(row);
    const front = await keepFront(createFrontStore(trx, id, objectives), changes, objectives);
    await store.setTally(id, { counts: tally.counts, best: null }, front);
  }
  return written.size;
};
