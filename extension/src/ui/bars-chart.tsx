import { useCallback } from 'react';
import { Chart, type ChartColors } from './chart.js';
import { axisLook, still, tooltipLook } from './chart-look.js';
import { formatNumber } from './format.js';

export interface BarsChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** One for each place on the axis. */
  readonly labels: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly fileName: string;
  readonly height?: number;
}

/** Bars beside each other; the second series is told by its pattern too. */
export const BarsChart = ({ label, labels, series, fileName, height = 180 }: BarsChartProps) => {
  const option = useCallback(
    (colors: ChartColors) => {
      const axis = axisLook(colors);
      return {
        ...still,
        grid: { left: 8, right: 8, top: 32, bottom: 4, containLabel: true },
        legend: { textStyle: { color: colors.text }, top: 0, left: 0, itemGap: 32, itemHeight: 10 },
        tooltip: {
          trigger: 'axis',
          ...tooltipLook(colors),
          valueFormatter: (value: number) => formatNumber(Number(value.toFixed(3)))
        },
        xAxis: { ...axis, type: 'category', data: labels, axisTick: { show: false } },
        yAxis: { ...axis, type: 'value' },
        series: series.map(({ name, values }, index) => ({
          name,
          type: 'bar',
          data: values,
          itemStyle: {
            color: index === 0 ? colors.main : colors.second,
            ...(index > 0 && {
              decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -0.8 }
            })
          }
        }))
      };
    },
    [labels, series]
  );
  return <Chart label={label} option={option} fileName={fileName} height={height} />;
};
