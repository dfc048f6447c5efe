import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { Button } from './button.js';
import { useWords } from './words.js';

/** The theme's colours as they are where the chart stands. */
export interface ChartColors {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly ground: string;
  readonly main: string;
  readonly second: string;
  readonly warm: string;
  readonly bad: string;
}

export interface ChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly option: (colors: ChartColors) => EChartsCoreOption;
  readonly height?: number;
  /** Name of the file when it is saved. */
  readonly fileName: string;
  /** `canvas` for very many lines: drawn sooner, and saved as a picture. */
  readonly renderer?: 'svg' | 'canvas';
  /** Once it stands, to listen to it. */
  readonly onMade?: (chart: EChartsType) => void;
  /** After each time it was drawn, to put back what is not in the option. */
  readonly onDrawn?: (chart: EChartsType) => void;
}

const colorsAt = (element: Element): ChartColors => {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--jp-${name}`).trim();
  return {
    text: read('ui-font-color1'),
    faint: read('ui-font-color2'),
    grid: read('border-color2'),
    ground: read('layout-color1'),
    main: read('brand-color1'),
    second: read('accent-color1'),
    warm: read('warn-color1'),
    bad: read('error-color1')
  };
};

const save = (
  chart: EChartsType,
  fileName: string,
  type: 'svg' | 'png',
  backgroundColor: string | undefined
): void => {
  const link = document.createElement('a');
  link.href = chart.getDataURL({ type, pixelRatio: 2, ...(backgroundColor && { backgroundColor }) });
  link.download = `${fileName}.${type}`;
  link.click();
};

/** A chart in the theme's colours, drawn anew when its data, its size or the theme changes. */
export const Chart = ({
  label,
  option,
  height = 220,
  fileName,
  renderer = 'svg',
  onMade,
  onDrawn
}: ChartProps) => {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>();
  const latest = useRef({ option, onMade, onDrawn });
  latest.current = { option, onMade, onDrawn };
  const held = useRef(false);
  const late = useRef(false);

  const draw = (): void => {
    // Drawn anew, it would forget what is being dragged.
    late.current = held.current;
    if (held.current || !place.current || !chart.current) return;
    chart.current.setOption(latest.current.option(colorsAt(place.current)), { notMerge: true });
    latest.current.onDrawn?.(chart.current);
  };

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let gone = false;
    const hold = (): void => {
      held.current = true;
    };
    const release = (): void => {
      if (!held.current) return;
      held.current = false;
      if (late.current) draw();
    };
    element.addEventListener('pointerdown', hold);
    for (const end of ['pointerup', 'pointercancel', 'blur']) window.addEventListener(end, release);
    const resized = new ResizeObserver(() => {
      // It says so too when nothing changed, and to resize is to draw all of it.
      const { current } = chart;
      const { clientWidth, clientHeight } = element;
      if (current && (current.getWidth() !== clientWidth || current.getHeight() !== clientHeight))
        current.resize();
    });
    const themed = new MutationObserver(draw);
    void import('./echarts.js').then(({ init }) => {
      if (gone) return;
      chart.current = init(element, null, { renderer });
      latest.current.onMade?.(chart.current);
      draw();
      resized.observe(element);
      for (const root of [document.documentElement, document.body])
        themed.observe(root, { attributeFilter: ['data-jp-theme-name', 'data-theme'] });
    });
    return () => {
      gone = true;
      element.removeEventListener('pointerdown', hold);
      for (const end of ['pointerup', 'pointercancel', 'blur']) window.removeEventListener(end, release);
      resized.disconnect();
      themed.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, [renderer]);
  useEffect(draw, [option]);

  const type = renderer === 'svg' ? 'svg' : 'png';
  const saved = (): void => {
    if (chart.current && place.current)
      save(chart.current, fileName, type, type === 'png' ? colorsAt(place.current).ground : undefined);
  };

  return (
    <figure className="hop-Chart">
      <div ref={place} role="img" aria-label={label} style={{ height }} />
      <Button look="bare" icon="save" iconOnly onClick={saved}>
        {type === 'svg' ? words.__('Save as SVG') : words.__('Save as PNG')}
      </Button>
    </figure>
  );
};
