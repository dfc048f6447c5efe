import type { EChartsType } from 'echarts/core';
import { useCallback, useRef } from 'react';
import { Chart, type ChartColors } from './chart.js';
import { axisLook, legendLook, still, tooltipLook } from './chart-look.js';
import { formatNumber } from './format.js';
import { staircase, type Measure, type Spot } from './staircase.js';
import { useWords } from './words.js';

export interface FrontChartProps {
  readonly front: readonly Spot[];
  readonly others: readonly Spot[];
  readonly across: Measure;
  readonly up: Measure;
  /** Whether the front is a line here: of two measures it is. */
  readonly isLine: boolean;
  readonly opened: number | null;
  readonly onOpen: (number: number) => void;
  readonly fileName: string;
}

/** From so many on they are drawn on a canvas. */
const many = 400;

const dataOf = (spots: readonly Spot[]): number[][] => spots.map(({ x, y, number }) => [x, y, number]);

/** Trials by two measures; those on the front are diamonds, with a line along it. */
export const FrontChart = (props: FrontChartProps) => {
  const { front, others, across, up, isLine, opened, onOpen, fileName } = props;
  const words = useWords();
  const open = useRef(onOpen);
  open.current = onOpen;
  const option = useCallback(
    (colors: ChartColors) => {
      const [onFront, rest, chosen] = [
        words.__('On the front'),
        words.__('Other trials'),
        words.__('Opened')
      ];
      const axis = { ...axisLook(colors), type: 'value', scale: true };
      const spot = [...front, ...others].find(({ number }) => number === opened);
      const points = { type: 'scatter', cursor: 'pointer' };
      return {
        ...still,
        grid: { left: 8, right: 24, top: 36, bottom: 28, containLabel: true },
        xAxis: { ...axis, name: across.metric, nameLocation: 'middle', nameGap: 26 },
        yAxis: { ...axis, name: up.metric, nameTextStyle: { color: colors.faint, align: 'left' } },
        legend: {
          data: [onFront, rest, ...(spot ? [chosen] : [])],
          ...legendLook(colors)
        },
        tooltip: {
          trigger: 'item',
          ...tooltipLook(colors),
          // Built of elements: names are whatever people have written.
          formatter: ({ value }: { value: number[] }) => {
            const box = document.createElement('div');
            const [x = 0, y = 0, number = 0] = value;
            for (const text of [
              words.__('Trial %1', number),
              `${across.metric}: ${formatNumber(x)}`,
              `${up.metric}: ${formatNumber(y)}`
            ])
              box.appendChild(document.createElement('div')).textContent = text;
            return box;
          }
        },
        series: [
          {
            ...points,
            name: rest,
            symbolSize: 6,
            itemStyle: { color: colors.faint, opacity: 0.7 },
            data: dataOf(others)
          },
          ...(isLine
            ? [
                {
                  type: 'line',
                  symbol: 'none',
                  silent: true,
                  tooltip: { show: false },
                  lineStyle: { color: colors.main, width: 1.5, type: [6, 3] },
                  data: staircase(front, across, up)
                }
              ]
            : []),
          {
            ...points,
            name: onFront,
            symbol: 'diamond',
            symbolSize: 12,
            z: 4,
            itemStyle: { color: colors.main, opacity: 1, borderColor: colors.ground, borderWidth: 1 },
            data: dataOf(front)
          },
          ...(spot
            ? [
                {
                  ...points,
                  name: chosen,
                  symbol: 'circle',
                  symbolSize: 22,
                  z: 5,
                  itemStyle: { color: 'transparent', borderColor: colors.text, borderWidth: 2 },
                  data: dataOf([spot])
                }
              ]
            : [])
        ]
      };
    },
    [front, others, across.metric, across.direction, up.metric, up.direction, isLine, opened, words]
  );
  const count = front.length + others.length;
  return (
    <Chart
      label={words.__(
        '%1 by %2 for %3 trials, of which %4 are on the front',
        up.metric,
        across.metric,
        count,
        front.length
      )}
      option={option}
      fileName={fileName}
      height={300}
      renderer={count > many ? 'canvas' : 'svg'}
      onMade={(chart: EChartsType) => {
        chart.on('click', ({ value }) => {
          const number = Array.isArray(value) ? value[2] : undefined;
          if (typeof number === 'number') open.current(number);
        });
      }}
    />
  );
};
