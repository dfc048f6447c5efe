import type { quota } from '@hopslab/schema';
import { useMemo, type JSX } from 'react';
import { BarsChart, EmptyState, formatNumber, useWords } from '../../ui/index.js';

/** Each day's use, the days without any too. */
const everyDay = (days: readonly quota.Usage[], from: string, to: string): readonly quota.Usage[] => {
  const there = new Map(days.map(day => [day.of, day]));
  const all: quota.Usage[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const of = new Date(time).toISOString().slice(0, 10);
    all.push(there.get(of) ?? { of, coreHours: 0, memoryHours: 0, gpuHours: {} });
  }
  return all;
};

const gpuHours = (day: quota.Usage): number =>
  Object.values(day.gpuHours).reduce((sum, each) => sum + each, 0);

/** Bars of what the project used, day by day. */
export const UsageHistory = ({
  project,
  days,
  from,
  to
}: {
  readonly project: string;
  readonly days: readonly quota.Usage[];
  readonly from: string;
  readonly to: string;
}): JSX.Element => {
  const words = useWords();
  const all = useMemo(() => everyDay(days, from, to), [days, from, to]);
  const series = useMemo(
    () => [
      { name: words.__('Core-hours'), values: all.map(day => day.coreHours) },
      ...(all.some(day => gpuHours(day) > 0)
        ? [{ name: words.__('GPU-hours'), values: all.map(gpuHours) }]
        : [])
    ],
    [all, words]
  );
  const labels = useMemo(() => all.map(({ of }) => of.slice(5)), [all]);
  const total = all.reduce((sum, day) => sum + day.coreHours, 0);
  if (days.length === 0) return <EmptyState>{words.__('Nothing was used in these days yet.')}</EmptyState>;
  return (
    <BarsChart
      label={words.__('%1 core-hours from %2 to %3', formatNumber(Number(total.toFixed(2))), from, to)}
      labels={labels}
      series={series}
      fileName={`${project}-usage`}
    />
  );
};
