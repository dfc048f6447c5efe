import type { ChartColors } from './chart.js';

/** What all charts have: they do not move, and speak in the page's own letters. */
export const still = { animation: false, textStyle: { fontFamily: 'inherit' } } as const;

export const axisLook = (colors: ChartColors) => ({
  nameTextStyle: { color: colors.faint },
  axisLabel: { color: colors.faint },
  axisLine: { lineStyle: { color: colors.grid } },
  splitLine: { lineStyle: { color: colors.grid } }
});

export const tooltipLook = (colors: ChartColors) => ({
  confine: true,
  backgroundColor: colors.ground,
  borderColor: colors.grid,
  textStyle: { color: colors.text, fontSize: 12 }
});

/** A legend above a chart, left of its buttons. */
export const legendLook = (colors: ChartColors) => ({
  textStyle: { color: colors.text },
  top: 0,
  right: 40,
  itemGap: 20,
  itemHeight: 10
});

/** A measure over what is counted: trials, or steps. */
export const measureOver = (colors: ChartColors, counted: string, measure: string) => {
  const axis = axisLook(colors);
  return {
    grid: { left: 8, right: 16, top: 36, bottom: 24, containLabel: true },
    xAxis: {
      ...axis,
      type: 'value',
      minInterval: 1,
      name: counted,
      nameLocation: 'middle',
      nameGap: 24
    },
    yAxis: {
      ...axis,
      type: 'value',
      scale: true,
      name: measure,
      nameTextStyle: { ...axis.nameTextStyle, align: 'left' }
    }
  };
};
