import type { EChartsType } from 'echarts/core';
import { useCallback, useRef } from 'react';
import { Chart, type ChartColors } from './chart.js';
import { still } from './chart-look.js';
import { shade } from './shades.js';
import { useWords } from './words.js';

/** One measure that every line has a place on. */
export interface ParallelAxis {
  readonly id: string;
  readonly name: string;
  /** Its ends, in its own unit. */
  readonly low: number;
  readonly high: number;
  /** Where lines without a value go through, below the lower end; only shown where there are such. */
  readonly none: number;
  readonly hasNone: boolean;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

interface ParallelLine {
  /** Its place on each axis. */
  readonly at: readonly number[];
  /** From 0 for the worst to 1 for the best; null without a value. */
  readonly goodness: number | null;
  readonly isBest: boolean;
}

type Stretches = readonly (readonly [number, number])[];

export interface ParallelChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly axes: readonly ParallelAxis[];
  /** The last are drawn over the others. */
  readonly lines: readonly ParallelLine[];
  readonly brushes: Readonly<Record<string, Stretches>>;
  readonly onBrush: (axis: string, stretches: Stretches) => void;
  readonly fileName: string;
  readonly height?: number;
}

const longest = 11;
const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

const axisOption = (axis: ParallelAxis, dim: number, colors: ChartColors, none: string) => {
  const { id, name, low, high, hasNone } = axis;
  const ticks = [...(hasNone ? [{ at: axis.none, text: none }] : []), ...axis.ticks];
  const customValues = ticks.map(({ at }) => at);
  const margin = (high - low) / 40;
  return {
    id,
    dim,
    name,
    type: 'value',
    min: (hasNone ? axis.none : low) - margin,
    max: high + margin,
    realtime: false,
    nameTextStyle: { color: colors.text, fontWeight: 600, width: 110, overflow: 'truncate' },
    nameGap: 14,
    axisLine: { lineStyle: { color: colors.faint, width: 1.5 } },
    axisTick: { customValues, lineStyle: { color: colors.faint } },
    axisLabel: {
      customValues,
      color: colors.text,
      // Neither a tick nor a line goes through the words.
      backgroundColor: colors.ground,
      padding: [1, 3],
      formatter: (value: number) => {
        const tick = ticks.find(({ at }) => Math.abs(at - value) <= Math.abs(at) * 1e-9);
        return shortened(tick?.text ?? '');
      }
    },
    areaSelectStyle: { width: 22, color: colors.main, borderColor: colors.main, borderWidth: 1, opacity: 0.3 }
  };
};

/** As many colours as are told apart; lines of one are drawn together, which is a fraction of the work. */
const steps = 7;

interface Group {
  readonly style: object;
  readonly opacityChosen: number;
  readonly lines: readonly ParallelLine[];
}

/** So many lines meet where there is no value that they would be as dark as the best one: the more, the fainter each. */
const faintness = (count: number): number => Math.max(0.06, Math.min(0.4, 3 / count));

const groupsOf = (lines: readonly ParallelLine[], colors: ChartColors): readonly Group[] => {
  const many = lines.length > 200;
  const usual = { width: many ? 1 : 1.5, opacity: many ? 0.35 : 0.7 };
  const opacityChosen = many ? 0.6 : 0.85;
  const stepOf = ({ goodness }: ParallelLine): number =>
    goodness === null ? -1 : Math.min(steps - 1, Math.floor(goodness * steps));
  const byStep = Map.groupBy(
    lines.filter(({ isBest }) => !isBest),
    stepOf
  );
  const groups = [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([step, lines]): Group => {
      const opacity = faintness(lines.length);
      return step < 0
        ? {
            style: { width: 1, color: colors.faint, type: [2, 3], opacity },
            opacityChosen: Math.min(0.5, opacity * 2),
            lines
          }
        : { style: { ...usual, color: shade(step / (steps - 1)) }, opacityChosen, lines };
    });
  const best = lines.filter(({ isBest }) => isBest);
  return [
    ...groups,
    { style: { color: colors.text, width: 3.5, opacity: 1 }, opacityChosen: 1, lines: best }
  ];
};

/** A line for each thing across an axis for each of its measures; a stretch of an axis is chosen by dragging along it. */
export const ParallelChart = (props: ParallelChartProps) => {
  const { label, axes, lines, brushes, onBrush, fileName, height = 300 } = props;
  const words = useWords();
  const latest = useRef({ onBrush, brushes });
  latest.current = { onBrush, brushes };
  const option = useCallback(
    (colors: ChartColors) => ({
      ...still,
      parallel: { left: 48, right: 84, top: 36, bottom: 16 },
      parallelAxis: axes.map((axis, dim) => axisOption(axis, dim, colors, words.__('none'))),
      series: groupsOf(lines, colors).map(group => ({
        type: 'parallel',
        silent: true,
        activeOpacity: group.opacityChosen,
        inactiveOpacity: 0.04,
        lineStyle: group.style,
        data: group.lines.map(({ at }) => at)
      }))
    }),
    // Drawn anew for stretches too: what is put back after drawing is how they are taken away.
    [axes, lines, words, brushes]
  );
  const made = useCallback((chart: EChartsType): void => {
    chart.on('axisareaselected', event => {
      const { parallelAxisId, intervals } = event as { parallelAxisId?: string; intervals?: Stretches };
      if (parallelAxisId !== undefined && intervals) latest.current.onBrush(parallelAxisId, intervals);
    });
  }, []);
  const drawn = useCallback((chart: EChartsType): void => {
    const known = Object.entries(latest.current.brushes).filter(([, intervals]) => intervals.length > 0);
    for (const [parallelAxisId, intervals] of known)
      chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisId, intervals }, { silent: true });
    // The axis that is told does not draw what it was told.
    if (known.length > 0) chart.setOption({});
  }, []);
  return (
    <Chart
      label={label}
      option={option}
      fileName={fileName}
      height={height}
      renderer="canvas"
      onMade={made}
      onDrawn={drawn}
    />
  );
};
