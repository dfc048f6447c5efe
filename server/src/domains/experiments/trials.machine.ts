import type { experiments as contract } from '@hopslab/schema';

/**
 * What becomes of a trial by which report; the only place that says so.
 *
 *     queued ──> running ──> complete | pruned | failed | stopped
 *
 * - A driver counts a trial's attempts: one that is queued again is the next attempt, and takes the place of all that
 *   was known. Whatever comes late of an attempt before changes nothing.
 * - Within an attempt nothing goes back: what is told twice or out of order changes nothing, and an end is final.
 * - Where the platform took a driver for dead it presumed its trials stopped. The driver's own word about an end, of
 *   the same attempt, takes the place of that.
 */
type Report = contract.TrialReport;

export interface Known extends Report {
  /** Stopped only for what the platform believed. */
  readonly presumed: boolean;
}

const rank = ({ state }: Report): number => (state === 'queued' ? 0 : state === 'running' ? 1 : 2);

export const hasEnded = (report: Report): boolean => rank(report) === 2;

// As much as one report may have.
const mostMetrics = 64 * 1024;

/** A driver that tells of other metrics each time does not make a trial grow: then the latest stay. */
const joined = (before: Report['metrics'], more: Report['metrics']): Report['metrics'] => {
  const all = { ...before, ...more };
  return JSON.stringify(all).length <= mostMetrics ? all : more;
};

const merged = (before: Known, report: Report): Known => ({
  ...before,
  ...report,
  value: report.value ?? before.value,
  metrics: joined(before.metrics, report.metrics),
  executor: report.executor ?? before.executor,
  startedAt: report.startedAt ?? before.startedAt,
  endedAt: report.endedAt ?? before.endedAt
});

/** What is known of a trial after one more report; the very same where the report changes nothing. */
const after = (before: Known | undefined, report: Report): Known => {
  const anew: Known = { ...report, presumed: false };
  if (before === undefined || report.attempt > before.attempt) return anew;
  if (report.attempt < before.attempt) return before;
  if (before.presumed) return hasEnded(report) ? anew : before;
  return hasEnded(before) || rank(report) < rank(before) ? before : merged(before, report);
};

/** Those trials that reports may have changed, by number: one after the other, in their order. */
export const told = (before: ReadonlyMap<number, Known>, reports: readonly Report[]): Known[] => {
  const now = new Map(before);
  for (const report of reports) now.set(report.number, after(now.get(report.number), report));
  return [...now.values()]
    .filter(known => known !== before.get(known.number))
    .sort((a, b) => a.number - b.number);
};
