import { useCallback } from 'react';
import { Chart, type ChartColors } from './chart.js';
import { measureOver, still, tooltipLook } from './chart-look.js';
import { formatNumber } from './format.js';
import { useWords } from './words.js';

/** Lines that are drawn alike and stand in the legend together. */
export interface CurveGroup {
  readonly name: string;
  readonly look: 'first' | 'second' | 'third' | 'dashed' | 'dotted' | 'faint';
  readonly lines: readonly {
    readonly steps: readonly number[];
    readonly values: readonly number[];
  }[];
}

export interface CurvesChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly groups: readonly CurveGroup[];
  readonly metric: string;
  readonly fileName: string;
  readonly height?: number;
}

const strokeOf = (look: CurveGroup['look'], colors: ChartColors) => {
  switch (look) {
    case 'first':
      return { color: colors.main, width: 3 };
    case 'second':
      return { color: colors.second, width: 2.5, type: [12, 3] };
    case 'third':
      return { color: colors.text, width: 2, type: [2, 3] };
    case 'dashed':
      return { color: colors.bad, width: 1, type: [5, 4], opacity: 0.7 };
    case 'dotted':
      return { color: colors.main, width: 1, type: [1, 3] };
    case 'faint':
      return { color: colors.faint, width: 1, opacity: 0.4 };
  }
};

const isMain = (look: CurveGroup['look']): boolean =>
  look === 'first' || look === 'second' || look === 'third';

/** The lines of a group one after the other, with a gap between them: one series for hundreds of lines. */
const joined = (lines: CurveGroup['lines']): (readonly [number, number | null])[] =>
  lines.flatMap(({ steps, values }) => [
    ...steps.map((step, n) => [step, values[n] ?? null] as const),
    [steps.at(-1) ?? 0, null] as const
  ]);

/** A value over steps, for many trials. */
export const CurvesChart = ({ label, groups, metric, fileName, height = 260 }: CurvesChartProps) => {
  const words = useWords();
  const option = useCallback(
    (colors: ChartColors) => {
      return {
        ...still,
        ...measureOver(colors, words.__('step'), metric),
        legend: {
          data: groups.map(({ name }) => name),
          textStyle: { color: colors.text },
          top: 0,
          right: 40,
          itemGap: 20,
          itemWidth: 36,
          itemHeight: 10
        },
        tooltip: {
          trigger: 'item',
          ...tooltipLook(colors),
          formatter: ({ seriesName, value: [step, value] }: { seriesName: string; value: number[] }) =>
            words.__('%1, step %2: %3', seriesName, step ?? 0, formatNumber(value ?? 0))
        },
        series: groups.map(({ name, look, lines }) => {
          const lineStyle = strokeOf(look, colors);
          return {
            name,
            type: 'line',
            z: isMain(look) ? 3 : 2,
            symbol: isMain(look) ? 'circle' : 'none',
            symbolSize: 5,
            showSymbol: isMain(look) && (lines[0]?.steps.length ?? 0) <= 40,
            lineStyle,
            itemStyle: { color: lineStyle.color },
            data: joined(lines)
          };
        })
      };
    },
    [groups, metric, words]
  );
  const count = groups.reduce((sum, { lines }) => sum + lines.length, 0);
  // Many lines that grow are too much for SVG.
  const renderer = count > 60 ? 'canvas' : 'svg';
  return <Chart label={label} option={option} fileName={fileName} height={height} renderer={renderer} />;
};
