import type { experiments as contract } from '@hopslab/schema';

type Report = contract.TrialReport;

const rank = ({ state }: Report): number => (state === 'queued' ? 0 : state === 'running' ? 1 : 2);

export const hasEnded = (report: Report): boolean => rank(report) === 2;

const merged = (before: Report, after: Report): Report => ({
  ...before,
  ...after,
  value: after.value ?? before.value,
  metrics: { ...before.metrics, ...after.metrics },
  executor: after.executor ?? before.executor,
  startedAt: after.startedAt ?? before.startedAt,
  endedAt: after.endedAt ?? before.endedAt
});

/** What is known of a trial after one more report: a higher attempt replaces, an ended one stays, nothing goes back. */
const after = (before: Report, report: Report): Report => {
  if (report.attempt !== before.attempt) return report.attempt > before.attempt ? report : before;
  if (hasEnded(before) || rank(report) < rank(before)) return before;
  return merged(before, report);
};

/** One report per trial that says the same as all of them in their order. */
export const folded = (reports: readonly Report[]): Report[] => {
  const byNumber = new Map<number, Report>();
  for (const report of reports) {
    const before = byNumber.get(report.number);
    byNumber.set(report.number, before ? after(before, report) : report);
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
};
