import { useCallback } from 'react';
import { Chart, type ChartColors } from './chart.js';
import { measureOver, still, tooltipLook } from './chart-look.js';
import { formatNumber } from './format.js';
import { labelPlaces } from './line-ends.js';
import { useWords } from './words.js';

/** How the best of something grew with what was counted. */
export interface BestLine {
  /** From 1, at the line's end and in the legend; its look goes by it too. */
  readonly number: number;
  readonly name: string;
  readonly points: readonly { readonly count: number; readonly value: number }[];
}

export interface BestLinesChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly lines: readonly BestLine[];
  readonly metric: string;
  readonly fileName: string;
  readonly height?: number;
}

const dashes: readonly ('solid' | number[])[] = [
  'solid',
  [10, 4],
  [2, 3],
  [12, 3, 2, 3],
  [5, 5],
  [18, 4, 2, 4, 2, 4],
  [1, 6],
  [24, 8]
];

/** No two of eight have the same dashes, so that they are told apart without colours. */
const strokeOf = (number: number, { main, second, text, warm }: ChartColors) => {
  const index = number - 1;
  const color = [main, second, text, warm][index % 4] ?? main;
  return { color, width: 2, type: dashes[index % dashes.length] ?? 'solid' };
};

const titleOf = ({ number, name }: BestLine): string => `${number} · ${name}`;

/** What a line says once so many were counted; it says nothing before its first point and after its last. */
const valueAt = ({ points }: BestLine, count: number): number | undefined =>
  count > (points.at(-1)?.count ?? 0) ? undefined : points.findLast(point => point.count <= count)?.value;

/** Built of elements: names are whatever people have written. */
const tip = (title: string, rows: readonly string[]): HTMLElement => {
  const box = document.createElement('div');
  for (const [n, text] of [title, ...rows].entries()) {
    const row = document.createElement(n === 0 ? 'strong' : 'div');
    row.textContent = text;
    box.append(row);
  }
  return box;
};

/** The best so far of several searches, over how many of their trials had ended. */
export const BestLinesChart = ({ label, lines, metric, fileName, height = 280 }: BestLinesChartProps) => {
  const words = useWords();
  const option = useCallback(
    (colors: ChartColors) => {
      const drawn = lines.filter(({ points }) => points.length > 0);
      const ends = drawn.map(({ points }) => ({
        x: points.at(-1)?.count ?? 0,
        y: points.at(-1)?.value ?? 0
      }));
      const places = labelPlaces(
        ends,
        drawn.flatMap(({ points }) => points.map(({ value }) => value))
      );
      const look = measureOver(colors, words.__('ended trials'), metric);
      return {
        ...still,
        ...look,
        grid: { ...look.grid, right: 240 },
        legend: {
          data: lines.map(titleOf),
          orient: 'vertical',
          top: 36,
          right: 32,
          itemWidth: 44,
          itemHeight: 10,
          // Drawn anew while trials end, it would forget what was chosen.
          selectedMode: false,
          textStyle: { color: colors.text, width: 120, overflow: 'truncate' }
        },
        tooltip: {
          trigger: 'axis',
          ...tooltipLook(colors),
          formatter: (at: readonly { readonly axisValue: number }[]) => {
            const count = Math.round(at[0]?.axisValue ?? 0);
            const rows = lines.flatMap(line => {
              const value = valueAt(line, count);
              return value === undefined ? [] : [`${titleOf(line)}: ${formatNumber(value)}`];
            });
            return tip(words._n('After %1 trial', 'After %1 trials', count), rows);
          }
        },
        series: lines.map(line => {
          const lineStyle = strokeOf(line.number, colors);
          const place = places[drawn.indexOf(line)] ?? 0;
          const last = line.points.length - 1;
          return {
            name: titleOf(line),
            type: 'line',
            step: 'end',
            symbol: 'none',
            lineStyle,
            itemStyle: { color: lineStyle.color },
            data: line.points.map(({ count, value }, n) =>
              n < last
                ? [count, value]
                : {
                    value: [count, value],
                    symbol: 'circle',
                    symbolSize: 7,
                    label: {
                      show: true,
                      position: 'right',
                      distance: 4 + place * 12,
                      formatter: String(line.number),
                      color: colors.text,
                      fontWeight: 'bold',
                      // Read across a line too.
                      textBorderColor: colors.ground,
                      textBorderWidth: 3
                    }
                  }
            )
          };
        })
      };
    },
    [lines, metric, words]
  );
  return <Chart label={label} option={option} fileName={fileName} height={height} />;
};
