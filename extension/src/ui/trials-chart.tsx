import { useCallback } from 'react';
import { Chart, type ChartColors } from './chart.js';
import { legendLook, measureOver, still, tooltipLook } from './chart-look.js';
import { formatNumber } from './format.js';
import { bestSoFar, type Point } from './best-so-far.js';
import { useWords } from './words.js';

export interface TrialsChartProps {
  /** One point for each trial that has a value. */
  readonly points: readonly Point[];
  readonly metric: string;
  readonly direction: 'maximize' | 'minimize';
  readonly fileName: string;
  readonly height?: number;
}

/** From so many points on they are drawn as one. */
const many = 400;

/** Each trial's value, and the best of all up to it. */
export const TrialsChart = ({ points, metric, direction, fileName, height }: TrialsChartProps) => {
  const words = useWords();
  const best = bestSoFar(points, direction);
  const last = best.at(-1);
  const option = useCallback(
    (colors: ChartColors) => {
      const trials = words.__('Trials');
      const soFar = words.__('Best so far');
      return {
        ...still,
        ...measureOver(colors, words.__('trial'), metric),
        legend: {
          data: [trials, soFar],
          ...legendLook(colors)
        },
        tooltip: {
          trigger: 'item',
          ...tooltipLook(colors),
          formatter: ({ value: [number, value] }: { value: [number, number] }) =>
            words.__('Trial %1: %2', number, formatNumber(value))
        },
        series: [
          {
            name: trials,
            type: 'scatter',
            symbolSize: 7,
            large: true,
            largeThreshold: many,
            itemStyle: { color: colors.main },
            data: points.map(({ number, value }) => [number, value])
          },
          {
            name: soFar,
            type: 'line',
            step: 'end',
            symbol: 'none',
            lineStyle: { color: colors.second, width: 2 },
            itemStyle: { color: colors.second },
            // Where it stays as it is, a step says nothing.
            data: best
              .filter(({ value }, n) => value !== best[n - 1]?.value || n === best.length - 1)
              .map(({ number, value }) => [number, value])
          }
        ]
      };
    },
    [points, metric, direction, words]
  );
  const label = last
    ? words.__('%1 of %2 trials; the best so far is %3', metric, points.length, formatNumber(last.value))
    : words.__('%1: no trial has ended yet', metric);
  return (
    <Chart
      label={label}
      option={option}
      fileName={fileName}
      // Hundreds of points that change are too much for SVG.
      renderer={points.length > many ? 'canvas' : 'svg'}
      {...(height && { height })}
    />
  );
};
